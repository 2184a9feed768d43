package io.holdfast.workflows.lease;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import java.util.List;
import java.util.stream.Stream;

/**
 * Round every workflow: one that is a job holds the leases of its request, and each of its activity
 * calls carries them. So no workflow can forget them.
 */
public final class LeaseSending extends WorkerInterceptorBase {
  @Override
  public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
    return new Inbound(next);
  }

  private static final class Inbound extends WorkflowInboundCallsInterceptorBase {
    Inbound(WorkflowInboundCallsInterceptor next) {
      super(next);
    }

    @Override
    public void init(WorkflowOutboundCallsInterceptor outbound) {
      super.init(new Outbound(outbound));
    }

    @Override
    public WorkflowOutput execute(WorkflowInput input) {
      Object[] arguments = input.getArguments();
      if (arguments.length > 0 && arguments[0] instanceof JobRequest request) {
        Leases.hold(
            Stream.concat(Stream.of(request.target()), request.beside().stream())
                .map(resource -> new Lease(resource, request.generation(), 0))
                .toList());
      }
      return super.execute(input);
    }
  }

  private static final class Outbound extends WorkflowOutboundCallsInterceptorBase {
    Outbound(WorkflowOutboundCallsInterceptor next) {
      super(next);
    }

    @Override
    public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
      List<Lease> leases = Leases.current();
      if (leases.isEmpty()) {
        return super.executeActivity(input);
      }
      return super.executeActivity(
          new ActivityInput<>(
              input.getActivityName(),
              input.getResultClass(),
              input.getResultType(),
              input.getArgs(),
              input.getOptions(),
              LeaseHeader.with(input.getHeader(), leases)));
    }
  }
}
