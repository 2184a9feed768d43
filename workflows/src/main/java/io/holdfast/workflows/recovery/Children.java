package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChildEnd;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.saga.ChildRun;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that a run waits for. Each is an ordinary job with its own steps, undo and lease, whose
 * workflow is a child of the run's. The ledger has the last word on how it ended: when its run was
 * lost an engine has started it again, and it is nobody's child any more.
 */
final class Children {
  private static final Duration LOOKS_AGAIN = Duration.ofSeconds(2);

  private final RecoveryLedgerActivities ledger;

  Children(RecoveryLedgerActivities ledger) {
    this.ledger = ledger;
  }

  /**
   * Brings a job to its end. {@code begin}: accepts it, or finds the one that is open; null when
   * there is nothing to do. While another job is in the way this fails with TARGET_BUSY, and the
   * step that asks waits.
   *
   * @return why it failed, or null
   */
  @Nullable JobFailure run(JobKind kind, Func<@Nullable JobRequest> begin) {
    JobRequest child = null;
    while (true) {
      CancellationScope.throwCanceled();
      try {
        child = detached(begin);
        if (child == null) {
          return null;
        }
        follow(kind, child);
      } catch (ActivityFailure busy) {
        if (child == null || Failures.typeOf(busy) != FailureType.TARGET_BUSY) {
          throw busy;
        } // its lease is being released: it has no run any more, and is about to end
      }
      ChildEnd end = ledger.childEnd(child.job());
      if (end.over()) {
        return end.failure();
      }
      Workflow.sleep(LOOKS_AGAIN);
    }
  }

  /** Its failure is read from the ledger; only a cancel of the run itself is thrown. */
  private void follow(JobKind kind, JobRequest child) {
    try {
      ChildRun.of(kind, child.job()).execute(Void.class, child);
    } catch (TemporalFailure failure) {
      if (CancellationScope.current().isCancelRequested()) {
        Workflow.newDetachedCancellationScope(() -> abandon(child.job())).run();
        throw failure;
      }
    }
  }

  private void abandon(JobId child) {
    ledger.abandonChild(child);
    while (!ledger.childEnd(child).over()) {
      Workflow.sleep(LOOKS_AGAIN);
    }
  }

  /** A cancel must not lose what was accepted. */
  private static @Nullable JobRequest detached(Func<@Nullable JobRequest> begin) {
    List<@Nullable JobRequest> begun = new ArrayList<>(1);
    Workflow.newDetachedCancellationScope(() -> begun.add(begin.apply())).run();
    return begun.get(0);
  }
}
