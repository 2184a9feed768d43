package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.core.RunningTransfer;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.migration.MigrateInstanceWorkflow;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.MigrationProgress;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.StreamMark;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a call's heartbeat says is what the job shows, while the call runs. */
class RunningTransfersTest {
  /** The two calls of a migration that move data. */
  @ActivityInterface
  public interface Calls {
    void sendFrozenDisk();

    void switchOver();
  }

  /** One call after the other. */
  public static final class Moves implements MigrateInstanceWorkflow {
    private final Calls calls =
        Workflow.newActivityStub(
            Calls.class,
            ActivityOptions.newBuilder()
                .setStartToCloseTimeout(Duration.ofMinutes(1))
                .setHeartbeatTimeout(Duration.ofMinutes(1))
                .build());

    @Override
    public void run(JobRequest request) {
      calls.sendFrozenDisk();
      calls.switchOver();
    }

    @Override
    public void limitsChanged() {
      throw new AssertionError("nobody changes them");
    }
  }

  private static final class Told implements Calls {
    final CountDownLatch copied = new CountDownLatch(1);
    final CountDownLatch switched = new CountDownLatch(1);

    @Override
    public void sendFrozenDisk() {
      tell(new StreamMark(700, 700, new StreamCounts(800, 300, 1, 2)), copied);
    }

    @Override
    public void switchOver() {
      tell(new MigrationProgress(10, 20, 30, 40, 50, 6), switched);
    }

    private static void tell(Object details, CountDownLatch until) {
      Activity.getExecutionContext().heartbeat(details);
      try {
        until.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aJobShowsWhatItsCallsLastSaid() {
    JobRow job = job();
    Told told = new Told();
    try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
      Worker worker = temporal.newWorker(Queues.CONTROL);
      worker.registerWorkflowImplementationTypes(Moves.class);
      worker.registerActivitiesImplementations(told);
      temporal.start();
      RunningTransfers transfers =
          new RunningTransfers(temporal.getWorkflowClient(), Clock.systemUTC());
      assertThat(transfers.of(job)).isEmpty(); // it has no run as yet
      JobId id = new JobId(job.id());
      WorkflowStub run =
          temporal
              .getWorkflowClient()
              .newUntypedWorkflowStub(
                  job.kind().workflowType(),
                  WorkflowOptions.newBuilder()
                      .setWorkflowId(job.kind().workflowId(id))
                      .setTaskQueue(Queues.CONTROL)
                      .build());
      run.start(new JobRequest(id, job.targetId(), JobPolicy.DEFAULT, 1, List.of()));
      assertThat(seen(transfers, job, "copy-disks"))
          .isEqualTo(
              new RunningTransfer(
                  "copy-disks", 700, 700L, 300L, 1L, 2L, null, null, null, null, 0L));
      told.copied.countDown();
      assertThat(seen(transfers, job, "switch-over"))
          .isEqualTo(
              new RunningTransfer(
                  "switch-over", 30, 40L, null, null, null, 10L, 20L, 50L, 6L, null));
      told.switched.countDown();
      run.getResult(Void.class);
      assertThat(transfers.of(job)).isEmpty();
      transfers.stop();
    }
  }

  private static RunningTransfer seen(RunningTransfers transfers, JobRow job, String step) {
    return await(step)
        .until(
            () -> transfers.of(job),
            seen -> seen.map(RunningTransfer::step).equals(Optional.of(step)))
        .orElseThrow();
  }

  private static JobRow job() {
    return JobRow.pending(
        UUID.randomUUID(),
        JobKind.MIGRATE_INSTANCE,
        TargetType.INSTANCE,
        UUID.randomUUID(),
        "web",
        JsonNodeFactory.instance.objectNode(),
        "tester",
        Instant.EPOCH);
  }
}
