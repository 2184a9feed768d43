package io.holdfast.engine.db;

/** What a job is about. */
public enum TargetType {
  HOST,
  IMAGE,
  INSTANCE,
  ORPHAN,
  VOLUME,

  /** The job that holds it. */
  LEASE
}
