package io.holdfast.workflows.model;

/** What a run does about an instance that could not be recovered. */
public enum FailurePolicy {
  /** Tries again, so often as the plan says; then as STOP. */
  RETRY,
  /** Goes on without it; the run ends with warnings. */
  SKIP,
  /** Begins no further tier; the others of this tier go on. */
  STOP
}
