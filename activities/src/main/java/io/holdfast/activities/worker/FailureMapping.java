package io.holdfast.activities.worker;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Round every activity: beats for it, and sees to it that whatever it throws has a failure type.
 */
public final class FailureMapping extends WorkerInterceptorBase {
  private static final Logger LOG = LoggerFactory.getLogger(FailureMapping.class);

  private final Heartbeats heartbeats;

  public FailureMapping(Heartbeats heartbeats) {
    this.heartbeats = heartbeats;
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new Calls(next, heartbeats);
  }

  /** The failure that a workflow may see for something that an activity threw. */
  public static RuntimeException typed(Throwable thrown) {
    if (thrown instanceof ApplicationFailure failure) {
      return failure;
    }
    if (thrown instanceof CanceledFailure cancelled) {
      return cancelled;
    }
    if (thrown instanceof ActivityCanceledException cancelled) {
      return cancelled;
    }
    if (thrown instanceof ActivityCompletionException leaving) {
      return Failures.of(
          FailureType.INTERNAL, "The host worker went down; the next one takes over", leaving);
    }
    if (thrown instanceof UncheckedIOException wrapped && wrapped.getCause() != null) {
      return typed(wrapped.getCause());
    }
    if (thrown instanceof IOException storage) {
      return isFull(storage)
          ? Failures.of(FailureType.STORAGE_FULL, "No space left in the storage pool", storage)
          : Failures.of(FailureType.STORAGE_FAILED, "The storage pool failed", storage);
    }
    return Failures.of(FailureType.INTERNAL, String.valueOf(thrown), thrown);
  }

  private static boolean isFull(IOException storage) {
    String message = String.valueOf(storage.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }

  private static final class Calls extends ActivityInboundCallsInterceptorBase {
    private final Heartbeats heartbeats;
    private @Nullable ActivityExecutionContext activity;

    Calls(ActivityInboundCallsInterceptor next, Heartbeats heartbeats) {
      super(next);
      this.heartbeats = heartbeats;
    }

    @Override
    public void init(ActivityExecutionContext context) {
      activity = context;
      super.init(context);
    }

    @Override
    @SuppressWarnings("try") // the beats are sent by another thread
    public ActivityOutput execute(ActivityInput input) {
      ActivityExecutionContext context = activity;
      if (context == null) {
        throw new IllegalStateException("An activity without a context");
      }
      try (Heartbeats.Running beating = heartbeats.start(context)) {
        return super.execute(input);
      } catch (RuntimeException | Error thrown) {
        RuntimeException failure = typed(thrown);
        log(context.getInfo(), failure, thrown);
        throw failure;
      }
    }

    private static String words(RuntimeException failure) {
      if (failure instanceof ApplicationFailure typed && typed.getDetails().getSize() > 0) {
        JobFailure known = Failures.describe(typed);
        return known.type() + ": " + known.message() + " " + known.causes();
      }
      return String.valueOf(failure.getMessage());
    }

    /** The workflow's id names the job; a stack trace only for what nobody expected. */
    private static void log(ActivityInfo info, RuntimeException failure, Throwable thrown) {
      if (thrown instanceof ActivityCanceledException) {
        LOG.info("{} of {} was cancelled", info.getActivityType(), info.getWorkflowId());
        return;
      }
      boolean ours = failure == thrown || thrown instanceof ActivityCompletionException;
      LOG.warn(
          "{} of {}, attempt {}: {}",
          info.getActivityType(),
          info.getWorkflowId(),
          info.getAttempt(),
          words(failure),
          ours ? null : thrown);
    }
  }
}
