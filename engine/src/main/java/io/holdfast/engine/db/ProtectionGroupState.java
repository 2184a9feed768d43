package io.holdfast.engine.db;

/** Of a protection group's row; what replication does is derived (ReplicationState). */
public enum ProtectionGroupState {
  ACTIVE,
  /** Protects nothing any more; it is there for its points. */
  DISSOLVED
}
