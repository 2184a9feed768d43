package io.holdfast.engine.db;

/** From the round that makes a point to the removal of its replicas. */
public enum RecoveryPointState {
  /** A round works on it. */
  STAGING,
  /** All of it is at the target and proven. */
  SEALED,
  /** May be recovered from. */
  AVAILABLE,
  /** Nobody wants it any more; its replicas go with the next round. */
  RETIRED,
  /** Its replicas are gone. */
  PURGED,
  /** Was found to be not what it was; never offered for recovery. */
  BROKEN
}
