package io.holdfast.engine.db;

/** Of an instance in a run. */
public enum RunState {
  NOT_STARTED,
  RUNNING,
  RECOVERED,
  /** The run went on without it. */
  SKIPPED,
  FAILED,
  /** What a test made of it is gone. */
  REMOVED
}
