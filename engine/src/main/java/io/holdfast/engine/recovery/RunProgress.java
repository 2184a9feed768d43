package io.holdfast.engine.recovery;

import io.holdfast.workflows.model.JobState;

/** What a run does, as it derives from its job. There is no "interrupted". */
public enum RunProgress {
  PENDING_APPROVAL,
  /** Points, hosts and networks are being settled. */
  PRECHECK,
  RUNNING,
  /** It waits for a person; its job says for what, or that of an instance. */
  BLOCKED,
  /** Somebody holds it up: what has begun goes on, and nothing more begins. */
  PAUSED,
  COMPLETED,
  /** It reached its end without some of its instances, or of its plan's steps. */
  COMPLETED_WITH_WARNINGS,
  FAILED,
  CANCELLED,
  /** It failed, and nothing of it is left. */
  ROLLED_BACK;

  /**
   * Of a run.
   *
   * @param pinned true once it is settled what it does
   * @param paused true while somebody holds it up
   * @param asks true while something around one of its instances waits for an approval
   * @param whole true when all of its instances were recovered, and no step was left out
   */
  public static RunProgress of(
      JobState job, boolean undone, boolean pinned, boolean paused, boolean asks, boolean whole) {
    return switch (job) {
      case WAITING_FOR_APPROVAL -> pinned ? BLOCKED : PENDING_APPROVAL;
      case PENDING -> PRECHECK;
      case RUNNING -> pinned ? (paused ? PAUSED : asks ? BLOCKED : RUNNING) : PRECHECK;
      case BLOCKED -> BLOCKED;
      case SUCCEEDED -> whole ? COMPLETED : COMPLETED_WITH_WARNINGS;
      case FAILED -> undone ? ROLLED_BACK : FAILED;
      case CANCELLED -> CANCELLED;
    };
  }
}
