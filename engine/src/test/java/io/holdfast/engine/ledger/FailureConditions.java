package io.holdfast.engine.ledger;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.ApplicationFailure;
import org.assertj.core.api.Condition;

/** What a failure says, as it is thrown: before Temporal writes and reads it. */
public final class FailureConditions {
  private FailureConditions() {}

  public static Condition<Throwable> failure(FailureType type) {
    return new Condition<>(
        e ->
            e instanceof ApplicationFailure failure
                && type.name().equals(failure.getType())
                && failure.isNonRetryable() != type.retryable(),
        "a failure %s",
        type);
  }

  public static Condition<Throwable> naming(String line) {
    return new Condition<>(
        e ->
            e instanceof ApplicationFailure failure
                && Failures.describe(failure).causes().contains(line),
        "a failure with the line \"%s\"",
        line);
  }
}
