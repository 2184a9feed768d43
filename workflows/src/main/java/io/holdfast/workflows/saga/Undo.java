package io.holdfast.workflows.saga;

import io.temporal.workflow.Functions.Proc;

/** What an unwind does about a step that began. Always a no-op when the step did nothing. */
public record Undo(String step, Kind kind, Proc action) {
  /** Takes back what the step did. */
  public Undo(String step, Proc action) {
    this(step, Kind.TAKES_BACK, action);
  }

  /** What an undo can achieve. */
  public enum Kind {
    TAKES_BACK,
    /** Gives a claim back, but only when nothing is left over that may use it. */
    RELEASES,
    /** Cannot take back; records what became of it. */
    RECORDS,
    /** What happened stays, and needs not be taken back; nothing of it happens any more. */
    ENDS,
    /** Cannot take back, and has nothing to record. */
    STAYS
  }
}
