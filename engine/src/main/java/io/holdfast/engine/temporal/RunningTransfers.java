package io.holdfast.engine.temporal;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.engine.core.Transfers;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.MigrationProgress;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.StreamMark;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads how far a migration or a round of replication is from what its hosts' heartbeats say, which
 * Temporal keeps while the calls run. Nothing of it is written: it is old news a moment later.
 */
public final class RunningTransfers implements Transfers, Managed {
  private static final Logger LOGGER = LoggerFactory.getLogger(RunningTransfers.class);

  /** A caller rather gets the job without it. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int THREADS = 4;
  private static final int WAITING = 64;
  private static final String SWITCHOVER = "SwitchOver";

  /** The calls that send a disk, each with the step that it belongs to. */
  private static final Map<String, String> COPIES =
      Map.of(
          "SendFrozenDisk", Steps.COPY_DISKS,
          "SendDisk", Steps.SEND_DISKS,
          "SendReplica", Steps.CLONE_REPLICAS);

  private static final Set<JobKind> MOVING =
      Set.of(JobKind.MIGRATE_INSTANCE, JobKind.REPLICATE_GROUP, JobKind.RESTORE_POINT);

  private final WorkflowClient client;
  private final Clock clock;
  private final ThreadPoolExecutor reads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          Threads.daemons("transfers"));

  public RunningTransfers(WorkflowClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    reads.allowCoreThreadTimeOut(true);
  }

  @Override
  public Optional<RunningTransfer> of(JobRow job) {
    if (!MOVING.contains(job.kind()) || job.state().isFinal()) {
      return Optional.empty();
    }
    String workflow = job.kind().workflowId(new JobId(job.id()));
    try {
      return CompletableFuture.supplyAsync(() -> read(workflow), reads)
          .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException | RejectedExecutionException silent) {
      LOGGER.debug("The progress of {} is not known: {}", workflow, silent.getMessage());
      return Optional.empty();
    }
  }

  private Optional<RunningTransfer> read(String workflow) {
    DescribeWorkflowExecutionRequest question =
        DescribeWorkflowExecutionRequest.newBuilder()
            .setNamespace(client.getOptions().getNamespace())
            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflow))
            .build();
    Copying copying = new Copying(clock);
    for (PendingActivityInfo call :
        client
            .getWorkflowServiceStubs()
            .blockingStub()
            .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .describeWorkflowExecution(question)
            .getPendingActivitiesList()) {
      String type = call.getActivityType().getName();
      if (call.hasHeartbeatDetails() && type.equals(SWITCHOVER)) {
        return Optional.of(of(details(call.getHeartbeatDetails(), MigrationProgress.class)));
      }
      if (call.hasHeartbeatDetails() && COPIES.containsKey(type)) {
        copying.add(
            COPIES.get(type),
            details(call.getHeartbeatDetails(), StreamMark.class),
            Instant.ofEpochSecond(call.getLastStartedTime().getSeconds()));
      }
    }
    return copying.sum();
  }

  private <T> T details(Payloads sealed, Class<T> type) {
    return client.getOptions().getDataConverter().fromPayloads(0, Optional.of(sealed), type, type);
  }

  private static RunningTransfer of(MigrationProgress progress) {
    return new RunningTransfer(
        Steps.SWITCH_OVER,
        progress.diskDone(),
        progress.diskTotal(),
        null,
        null,
        null,
        progress.memoryDone(),
        progress.memoryTotal(),
        progress.dirtyBytesPerSecond(),
        progress.iteration(),
        null);
  }

  @Override
  public void stop() {
    reads.shutdownNow();
  }
}
