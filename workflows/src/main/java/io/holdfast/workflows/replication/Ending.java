package io.holdfast.workflows.replication;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a round came to. When the moment that a backup shows is lost, or an instance is
 * gone, nobody can mend this round, so nobody is asked: it ends, and the next one takes another
 * moment.
 *
 * @param failure why the round is over, or null
 */
record Ending<T>(@Nullable T result, @Nullable TemporalFailure failure) {
  static <T> Ending<T> of(Func<T> action) {
    try {
      return new Ending<>(action.apply(), null);
    } catch (TemporalFailure failure) {
      FailureType type = Failures.typeOf(failure);
      if (type == FailureType.BACKUP_LOST || type == FailureType.NOT_FOUND) {
        return new Ending<>(null, failure);
      }
      throw failure;
    }
  }

  T orEnd() {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(result);
  }
}
