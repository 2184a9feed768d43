package io.holdfast.workflows.model;

/** How far a move had come, by the ledger, when a run of it began. */
public enum MigrationStage {
  /** The instance is its source's, and nothing of it has run elsewhere. */
  COPYING,
  /** It may be the target's by now: both hosts are asked. */
  HANDING_OVER,
  /** It was to be handed over, and found to be its source's: what is at the target is older. */
  TAKEN_BACK,
  /** It is the target's. */
  ARRIVED;

  /** Something of the guest may be at the target. */
  public boolean isHandover() {
    return this == HANDING_OVER || this == TAKEN_BACK;
  }
}
