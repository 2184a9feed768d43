package io.holdfast.workflows.properties;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCanceledException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Breaks the k-th activity call of a run in one way, and notes the calls. */
final class Fault extends WorkerInterceptorBase {
  enum Mode {
    NONE,
    BEFORE,
    AFTER,
    TWICE,
    CANCEL,
    CANCEL_ELSEWHERE,
    CANCEL_FIRST,
    AFTER_EACH,
    REFUSE_EACH,
    LATE,
    LOST
  }

  private volatile Mode mode = Mode.NONE;
  private volatile int position;

  /** Types whose every call is broken by AFTER_EACH, or refused for good by REFUSE_EACH. */
  volatile Set<String> broken = Set.of();

  private volatile Runnable cancel = () -> {};
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /** The call that LATE took for lost; running it delivers it. */
  volatile @Nullable Runnable held;

  /** Workflows that run no more: nothing of them happens, however long a worker tries. */
  private final Set<String> lost = ConcurrentHashMap.newKeySet();

  final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  /** One activity call; a local one runs inside a workflow task. */
  record Call(String type, boolean local) {}

  /**
   * Sets the fault of the next run.
   *
   * @param at the call that is broken, from 1
   * @param cancellation asks for the workflow's cancellation
   */
  void arm(Mode how, int at, Runnable cancellation) {
    mode = how;
    position = at;
    cancelled.set(false);
    cancel = cancellation;
    held = null;
    calls.clear();
  }

  /** Of two calls at once each has its own number: else neither might be the one that is hit. */
  private int number(Call call) {
    synchronized (calls) {
      calls.add(call);
      return calls.size();
    }
  }

  @Override
  public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
    return new ActivityInboundCallsInterceptorBase(next) {
      private ActivityExecutionContext context;

      @Override
      public void init(ActivityExecutionContext given) {
        context = given;
        super.init(given);
      }

      @Override
      public ActivityOutput execute(ActivityInput input) {
        String type = context.getInfo().getActivityType();
        if (lost.contains(context.getInfo().getWorkflowId())) {
          throw ApplicationFailure.newFailure("its run is lost", "Lost");
        }
        boolean hit = number(new Call(type, context.getInfo().isLocal())) == position;
        return switch (mode) {
          case NONE, CANCEL_FIRST -> super.execute(input);
          case TWICE -> {
            super.execute(input);
            yield super.execute(input);
          }
          case BEFORE -> {
            if (hit) {
              throw injected(type);
            }
            yield super.execute(input);
          }
          case LATE -> {
            if (hit) {
              held = () -> super.execute(input);
              throw injected(type);
            }
            yield super.execute(input);
          }
          case AFTER -> {
            ActivityOutput output = super.execute(input);
            if (hit) {
              throw injected(type);
            }
            yield output;
          }
          case LOST -> {
            ActivityOutput output = super.execute(input);
            if (hit) {
              lost.add(context.getInfo().getWorkflowId());
              cancel.run();
              throw injected(type);
            }
            yield output;
          }
          case AFTER_EACH -> {
            ActivityOutput output = super.execute(input);
            if (broken.contains(type)) {
              throw injected(type);
            }
            yield output;
          }
          case REFUSE_EACH -> {
            if (broken.contains(type)) {
              throw Failures.of(FailureType.HOST_UNSUITABLE, type + " is refused");
            }
            yield super.execute(input);
          }
          case CANCEL_ELSEWHERE -> { // at the first call that leaves the workflow's process
            if (!context.getInfo().isLocal() && cancelled.compareAndSet(false, true)) {
              cancel.run();
              awaitCancellation(context);
            }
            yield super.execute(input);
          }
          case CANCEL -> {
            if (hit) {
              cancel.run();
              awaitCancellation(context);
            }
            yield super.execute(input);
          }
        };
      }
    };
  }

  /** CANCEL_FIRST: the job's run begins once it has been cancelled. */
  @Override
  public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
    return new WorkflowInboundCallsInterceptorBase(next) {
      @Override
      public WorkflowOutput execute(WorkflowInput input) {
        if (mode == Mode.CANCEL_FIRST && Workflow.getInfo().getParentWorkflowId().isEmpty()) {
          try {
            Workflow.await(() -> false);
          } catch (CanceledFailure cancelled) {
            return super.execute(input);
          }
        }
        return super.execute(input);
      }
    };
  }

  /** A call that nobody may cancel is told of none; any other within milliseconds. */
  private static final long NEVER_CANCELLED_NANOS = 1_500_000_000L;

  private static final long BETWEEN_HEARTBEATS_NANOS = 2_000_000;

  /**
   * Returns when the cancellation has reached the activity, so that its effect comes after the
   * workflow knows; or when none comes, since the call belongs to a detached scope.
   */
  static void awaitCancellation(ActivityExecutionContext context) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < NEVER_CANCELLED_NANOS) {
      try {
        context.heartbeat(null);
        LockSupport.parkNanos(BETWEEN_HEARTBEATS_NANOS);
      } catch (ActivityCanceledException arrived) {
        return;
      }
    }
  }

  static boolean isRepeated(String type) {
    return type.matches("(Complete|Record|EndJob|Forget).*");
  }

  /**
   * The job's own record and its end are database transactions that are repeated until the database
   * answers, so there a lost reply means a second call; anywhere else it means a failed step.
   */
  private static ApplicationFailure injected(String type) {
    return isRepeated(type)
        ? ApplicationFailure.newFailure("injected", "Injected")
        : ApplicationFailure.newNonRetryableFailure("injected", "Injected");
  }
}
