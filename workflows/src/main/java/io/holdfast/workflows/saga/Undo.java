package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.HostId;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import org.jspecify.annotations.Nullable;

/**
 * What an unwind does about a step that began. Always a no-op when the step did nothing.
 *
 * @param mayStayAt the host at which what the step did is in nobody's way, so that a job that goes
 *     on at another one need not wait for it; null when it must be undone. Asked by the unwind.
 */
public record Undo(String step, Kind kind, Proc action, Func<@Nullable HostId> mayStayAt) {
  /** Takes back what the step did. */
  public Undo(String step, Proc action) {
    this(step, Kind.TAKES_BACK, action);
  }

  /** One that is waited for, whoever is silent. */
  public Undo(String step, Kind kind, Proc action) {
    this(step, kind, action, () -> null);
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
