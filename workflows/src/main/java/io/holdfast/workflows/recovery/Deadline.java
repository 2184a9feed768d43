package io.holdfast.workflows.recovery;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The moment at which a run gives up. It is kept inside the workflow, since a timeout of the
 * workflow itself would run no undo: what goes on then is cancelled, and ends before the failure is
 * thrown.
 */
final class Deadline {
  private static final String REASON = "deadline";

  private final @Nullable Instant at;

  /** {@code at}: null for none. */
  Deadline(@Nullable Instant at) {
    this.at = at;
  }

  /** Fails with DEADLINE_PASSED. A cancel of the run itself stays one. */
  void bound(Runnable work) {
    if (at == null) {
      work.run();
      return;
    }
    Duration left = Duration.between(Instant.ofEpochMilli(Workflow.currentTimeMillis()), at);
    if (left.isNegative() || left.isZero()) {
      throw passed();
    }
    CancellationScope bounded = Workflow.newCancellationScope(work);
    CancellationScope timer =
        Workflow.newCancellationScope(
            () ->
                Workflow.newTimer(left)
                    .thenApply(
                        fired -> {
                          bounded.cancel(REASON);
                          return null;
                        }));
    timer.run();
    try {
      bounded.run();
    } catch (TemporalFailure failure) {
      throw REASON.equals(bounded.getCancellationReason()) ? passed() : failure;
    } finally {
      timer.cancel();
    }
  }

  private RuntimeException passed() {
    return Failures.of(
        FailureType.DEADLINE_PASSED, "The run was not done by its deadline, %s".formatted(at));
  }
}
