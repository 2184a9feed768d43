package io.holdfast.workflows.model;

/** State of a job; there is no "interrupted": a job whose process died goes on. */
public enum JobState {
  PENDING,
  RUNNING,
  BLOCKED,
  WAITING_FOR_APPROVAL,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  public boolean isFinal() {
    return switch (this) {
      case PENDING, RUNNING, BLOCKED, WAITING_FOR_APPROVAL -> false;
      case SUCCEEDED, FAILED, CANCELLED -> true;
    };
  }
}
