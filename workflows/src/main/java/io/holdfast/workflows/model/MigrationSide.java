package io.holdfast.workflows.model;

/** What one host says of an instance that is, or was, on its way between two hosts. */
public enum MigrationSide {
  /** The host knows no such domain. */
  ABSENT,
  /** It is off. */
  OFF,
  /** It runs, and no migration works on it. */
  RUNNING,
  /** It stands still, and a resume would let it run from where it was. */
  PAUSED,
  /** A migration takes it away from here. */
  LEAVING,
  /** A migration brings it here; it does not run yet. */
  ARRIVING,
  /** It was handed over from here: what is left, off or standing still, must never run again. */
  HANDED_OVER,
  /** Its post-copy broke off: some of its memory is here, and the rest on the other host. */
  BROKEN
}
