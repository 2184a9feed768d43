package io.holdfast.workflows.model;

import java.util.Locale;

/** What a person can tell a job. */
public enum JobVerb {
  /** Undo what was done and end; accepted until the job has ended. */
  CANCEL,
  /** Run the step, or the undo, that holds the job again. */
  RESUME,
  /** Go on without the step, or without the undo. */
  SKIP,
  /** Undo what was done and end as FAILED, with the cause that holds the job. */
  ABORT,
  /** Begin a job that waits for approval. */
  APPROVE,
  /** Give a migration other limits while it runs; it answers no question. */
  LIMIT,
  /** Make a new job of one that failed or was cancelled. */
  RETRY;

  /** As the API spells it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
