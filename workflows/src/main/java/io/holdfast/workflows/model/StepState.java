package io.holdfast.workflows.model;

/** State of one step. WAITING: nobody has taken the step's work yet; its detail says who should. */
public enum StepState {
  PENDING,
  RUNNING,
  WAITING,
  SUCCEEDED,
  SKIPPED,
  FAILED,
  UNDOING,
  UNDONE
}
