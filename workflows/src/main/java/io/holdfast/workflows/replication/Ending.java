package io.holdfast.workflows.replication;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a round came to. When the moment that a backup shows is lost, an instance is gone,
 * or a guest that boots cannot freeze its file systems, nobody can mend this round, so nobody is
 * asked: it ends, and the next one takes another moment.
 *
 * @param failure why the round is over, or null
 */
record Ending<T>(@Nullable T result, @Nullable TemporalFailure failure) {
  static <T> Ending<T> of(Func<T> action) {
    return of(
        action,
        type ->
            type == FailureType.BACKUP_LOST
                || type == FailureType.NOT_FOUND
                || (type == FailureType.SNAPSHOT_UNSUPPORTED && asksNobody()));
  }

  /** Of the ledger alone: an instance may have gone, or been taken over from, meanwhile. */
  static <T> Ending<T> ofLedger(Func<T> action) {
    return of(action, type -> type == FailureType.NOT_FOUND && asksNobody());
  }

  private static <T> Ending<T> of(Func<T> action, Predicate<FailureType> ends) {
    try {
      return new Ending<>(action.apply(), null);
    } catch (TemporalFailure failure) {
      if (ends.test(Failures.typeOf(failure))) {
        return new Ending<>(null, failure);
      }
      throw failure;
    }
  }

  /** Rounds that asked before they ended so go on as they did. */
  private static boolean asksNobody() {
    return Workflow.getVersion("round-asks-nobody", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  T orEnd() {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(result);
  }
}
