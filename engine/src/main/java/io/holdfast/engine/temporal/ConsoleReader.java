package io.holdfast.engine.temporal;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.core.ConsoleSource;
import io.holdfast.workflows.instance.ReadConsoleWorkflow;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.Queues;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads consoles through a workflow of a few seconds: a host can be reached by its queue alone. Who
 * asks while the same is being read shares the answer, and waits without a thread; only the start
 * takes one, from a small pool of its own. (An activity without a workflow is a preview of
 * Temporal's, which its test service lacks.)
 */
public final class ConsoleReader implements ConsoleSource, Managed {
  private static final int THREADS = 2;
  private static final int WAITING = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration RUN_ENDS = Duration.ofSeconds(20);

  private final WorkflowClient client;
  private final ThreadPoolExecutor starts =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          Threads.daemons("console"));

  public ConsoleReader(WorkflowClient client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<byte[]> read(HostId host, InstanceId instance, int bytes) {
    try {
      return CompletableFuture.supplyAsync(() -> start(host, instance, bytes), starts)
          .thenCompose(run -> run.getResultAsync(byte[].class))
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException tooMany) {
      return CompletableFuture.failedFuture(tooMany);
    }
  }

  private WorkflowStub start(HostId host, InstanceId instance, int bytes) {
    WorkflowStub run =
        client.newUntypedWorkflowStub(
            ReadConsoleWorkflow.class.getSimpleName(),
            WorkflowOptions.newBuilder()
                .setWorkflowId("read-console:" + instance + ":" + bytes)
                .setWorkflowIdConflictPolicy(
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                .setWorkflowExecutionTimeout(RUN_ENDS)
                .setTaskQueue(Queues.CONTROL)
                .build());
    run.start(host, instance, bytes);
    return run;
  }

  @Override
  public void stop() {
    starts.shutdownNow();
  }
}
