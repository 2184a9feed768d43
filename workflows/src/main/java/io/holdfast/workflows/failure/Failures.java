package io.holdfast.workflows.failure;

import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.seal.KeyMissingException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns failure types into Temporal failures, and Temporal's chains back into a first cause. */
public final class Failures {
  private Failures() {}

  /** A failure for an activity to throw. {@code causes}: further lines for a person. */
  public static ApplicationFailure of(FailureType type, String message, List<String> causes) {
    return ApplicationFailure.newBuilder()
        .setMessage(message)
        .setType(type.name())
        .setNonRetryable(!type.retryable())
        .setDetails((Object) causes.toArray(String[]::new))
        .build();
  }

  public static ApplicationFailure of(FailureType type, String message) {
    return of(type, message, List.of());
  }

  /** As {@link #of(FailureType, String)}, with the library's own words as a further line. */
  public static ApplicationFailure of(FailureType type, String message, Throwable cause) {
    return of(type, message, List.of(String.valueOf(cause.getMessage())));
  }

  /** One that was described before. */
  public static ApplicationFailure of(JobFailure failure) {
    return of(failure.type(), failure.message(), failure.causes());
  }

  /** As a workflow ends with it: nobody tries that again. */
  public static ApplicationFailure ending(JobFailure failure) {
    return ApplicationFailure.newBuilder()
        .setMessage(failure.message())
        .setType(failure.type().name())
        .setNonRetryable(true)
        .setDetails((Object) failure.causes().toArray(String[]::new))
        .build();
  }

  /** The failure of one step of several in one call, with the step's name. */
  public static ApplicationFailure inStep(String step, ApplicationFailure failure) {
    return ApplicationFailure.newBuilder()
        .setMessage(failure.getOriginalMessage())
        .setType(failure.getType())
        .setNonRetryable(failure.isNonRetryable())
        .setDetails(causes(failure).toArray(String[]::new), step)
        .build();
  }

  /** The step that {@link #inStep} named, or null. */
  public static @Nullable String stepOf(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ApplicationFailure application && application.getDetails().getSize() > 1) {
        return application.getDetails().get(1, String.class);
      }
    }
    return null;
  }

  /** True when a cancel of the workflow is behind it. */
  public static boolean isCancelled(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CanceledFailure) {
        return true;
      }
    }
    return false;
  }

  /** True when nobody answered, and that is all that is known. */
  public static boolean isSilence(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ApplicationFailure) {
        return false;
      }
      if (t instanceof TimeoutFailure timeout && timeout.getCause() == null) {
        return true;
      }
    }
    return false;
  }

  /** The innermost thing that says something: the first cause, not the last symptom. */
  public static JobFailure describe(Throwable failure) {
    String call = "A call";
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ActivityFailure activity) {
        call = activity.getActivityType();
      }
      if (t instanceof ApplicationFailure application) {
        return describe(application);
      }
      if (t instanceof CanceledFailure) {
        return new JobFailure(FailureType.CANCELLED, "The job was cancelled", List.of());
      }
      if (t instanceof TimeoutFailure timeout && timeout.getCause() == null) {
        return new JobFailure(
            FailureType.INTERNAL,
            "%s gave no answer in time (%s)".formatted(call, timeout.getTimeoutType()),
            List.of());
      }
    }
    return new JobFailure(FailureType.INTERNAL, String.valueOf(failure.getMessage()), List.of());
  }

  /** The type of a failure, or INTERNAL for one that is not ours. */
  public static FailureType typeOf(Throwable failure) {
    return describe(failure).type();
  }

  private static JobFailure describe(ApplicationFailure failure) {
    FailureType type = parse(failure.getType());
    List<String> causes = new ArrayList<>();
    if (type == FailureType.INTERNAL && failure.getType() != null) {
      causes.add(failure.getType());
    } else {
      causes.addAll(causes(failure));
    }
    return new JobFailure(type, String.valueOf(failure.getOriginalMessage()), causes);
  }

  private static List<String> causes(ApplicationFailure failure) {
    String[] lines =
        failure.getDetails().getSize() > 0 ? failure.getDetails().get(0, String[].class) : null;
    return lines == null ? List.of() : List.of(lines);
  }

  private static FailureType parse(@Nullable String type) {
    for (FailureType candidate : FailureType.values()) {
      if (candidate.name().equals(type)) {
        return candidate;
      }
    }
    // thrown while the SDK reads a call's arguments, where nothing of ours could name it
    if (KeyMissingException.class.getName().equals(type)) {
      return FailureType.KEY_MISSING;
    }
    return FailureType.INTERNAL;
  }
}
