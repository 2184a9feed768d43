package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.Queues;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Promise;
import io.temporal.workflow.WorkflowLocal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Round every workflow: which host a call was made to that failed. A step may call several hosts,
 * and of a failure Temporal tells the call, but not its queue.
 */
public final class Callees extends WorkerInterceptorBase {
  private static final WorkflowLocal<Map<String, HostId>> FAILED =
      WorkflowLocal.withCachedInitial(HashMap::new);

  /** Null when no call to a host is behind it. */
  static @Nullable HostId of(TemporalFailure failure) {
    return failure instanceof ActivityFailure call ? FAILED.get().get(call.getActivityId()) : null;
  }

  @Override
  public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
    return new WorkflowInboundCallsInterceptorBase(next) {
      @Override
      public void init(WorkflowOutboundCallsInterceptor outbound) {
        super.init(new Outbound(outbound));
      }
    };
  }

  private static final class Outbound extends WorkflowOutboundCallsInterceptorBase {
    Outbound(WorkflowOutboundCallsInterceptor next) {
      super(next);
    }

    @Override
    public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
      ActivityOutput<R> output = super.executeActivity(input);
      HostId host = Queues.hostOf(input.getOptions().getTaskQueue());
      if (host == null) {
        return output;
      }
      Promise<R> noted =
          output
              .getResult()
              .handle(
                  (result, failure) -> {
                    if (failure != null) {
                      FAILED.get().put(output.getActivityId(), host);
                      throw failure;
                    }
                    return result;
                  });
      return new ActivityOutput<>(output.getActivityId(), noted);
    }
  }
}
