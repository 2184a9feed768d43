package io.holdfast.engine.db;

/** Of an instance in a run. */
public enum RunState {
  NOT_STARTED,
  RUNNING,
  RECOVERED,
  /** The run went on without it. */
  SKIPPED,
  /** Somebody edited the run so that it goes on without it. */
  LEFT_OUT,
  FAILED,
  /** What a test made of it is gone. */
  REMOVED;

  /** True when the run goes on without it, whoever wanted that. */
  public boolean isLeftOut() {
    return this == SKIPPED || this == LEFT_OUT;
  }
}
