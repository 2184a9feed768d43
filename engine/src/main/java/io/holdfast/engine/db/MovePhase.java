package io.holdfast.engine.db;

/** How far an evacuation is with one instance. */
public enum MovePhase {
  /** Its place is claimed. */
  PLANNED,
  /** No host will do. */
  REFUSED,
  /** Its own job works on it. */
  MOVING,
  /** It is elsewhere. */
  MOVED,
  /** Its job has failed; it is where it was. */
  FAILED,
  /** A person left it where it is. */
  SKIPPED,
  /** The evacuation ended before it began, or the instance is no more. */
  CANCELLED
}
