package io.holdfast.workflows.model;

/**
 * What the caller wants of a run, copied into its input so that it cannot change underway.
 *
 * @param approval true when the job waits for a person's approval before its first step
 */
public record JobPolicy(OnFailure onFailure, boolean approval) {
  public static final JobPolicy DEFAULT = new JobPolicy(OnFailure.ROLLBACK, false);

  /** What happens when a step has used up its retries. */
  public enum OnFailure {
    /** The job is undone and FAILED. */
    ROLLBACK,
    /** The job is BLOCKED until a person decides. */
    PAUSE
  }
}
