package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tries a step again for as long as its only trouble is a process that is not there. */
final class Patience {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** A round is some eleven events of a history that may have 51,200: four days at this pace. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private Patience() {}

  static <T> T call(Func<T> action, StepLog log) {
    Instant since = Instant.ofEpochMilli(Workflow.currentTimeMillis());
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return action.apply();
      } catch (ActivityFailure failure) {
        String absent = absentee(failure);
        if (absent == null) {
          throw failure;
        }
        log.waiting("Waits for " + absent + " of " + log.hostName() + " since " + since);
        Workflow.sleep(pause);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      }
    }
  }

  /** Who is missing, or null when somebody answered and the answer was no. */
  private static @Nullable String absentee(ActivityFailure failure) {
    if (failure.getCause() instanceof TimeoutFailure timeout) {
      return switch (timeout.getTimeoutType()) {
        case TIMEOUT_TYPE_SCHEDULE_TO_START, TIMEOUT_TYPE_HEARTBEAT -> "the host worker";
        case TIMEOUT_TYPE_START_TO_CLOSE,
            TIMEOUT_TYPE_SCHEDULE_TO_CLOSE,
            TIMEOUT_TYPE_UNSPECIFIED,
            UNRECOGNIZED ->
            null;
      };
    }
    return Failures.typeOf(failure) == FailureType.LIBVIRT_UNAVAILABLE ? "libvirt" : null;
  }
}
