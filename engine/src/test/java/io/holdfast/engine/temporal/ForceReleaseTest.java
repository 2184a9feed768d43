package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.core.InstanceService;
import io.holdfast.engine.core.LeaseService;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LeaseLedgerActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.Steps;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taking an instance from a create that never ends, through the real workflows and ledger. */
class ForceReleaseTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final Clock clock = Clock.systemUTC();
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private final Acceptance acceptance = new Acceptance(database, starter::dispatchSoon, clock);
  private final LeaseService leases = new LeaseService(database, acceptance, clock);
  private final WorkerFactory hostWorker = WorkerFactory.newInstance(temporal.getWorkflowClient());
  private final PretendHost pretended = new PretendHost();
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final ControlWorker worker =
      new ControlWorker(
          temporal.getWorkflowClient(),
          List.of(
              new LedgerActivitiesImpl(database, i -> "http://engine/" + i, TestKeys.seal(), clock),
              new JobActivitiesImpl(database, clock),
              new LeaseLedgerActivitiesImpl(database, clock),
              new RunActivitiesImpl(temporal.getWorkflowClient())),
          8);

  @BeforeEach
  void startWorkers() {
    inventory.onlyActive(host);
    // Nobody polls the wait queue, so a create waits for its guest for ever.
    hostWorker
        .newWorker(Queues.host(new HostId(host.id())))
        .registerActivitiesImplementations(pretended);
    hostWorker.start();
    worker.start();
  }

  @AfterEach
  void stopWorkers() {
    worker.stop();
    hostWorker.shutdownNow();
    starter.stop();
    temporal.close();
  }

  @Test
  void theHolderIsShutOutReadBackAndEnded() {
    JobRow holder = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    starter.dispatchSoon(holder);
    await().atMost(Duration.ofSeconds(60)).until(() -> awaitsGuest(holder));
    LeaseService.Lease lease = leases.of(holder.targetId()).orElseThrow();
    assertThat(lease.row().jobId()).isEqualTo(holder.id());
    assertThat(lease.row().submittedBy()).isEqualTo("tester");
    assertThat(lease.row().generation()).isEqualTo(holder.generation());
    assertThat(lease.row().aliveAt()).isAfterOrEqualTo(holder.createdAt());

    JobRow release =
        leases.forceRelease(submission(), holder.targetId().toString(), "the guest is lost");
    await().atMost(Duration.ofSeconds(60)).until(() -> now(release).state().isFinal());

    assertThat(now(release).state()).isEqualTo(JobState.SUCCEEDED);
    JobRow ended = now(holder);
    assertThat(ended.state()).isEqualTo(JobState.FAILED);
    assertThat(ended.undone()).isFalse();
    JobFailure why = Objects.requireNonNull(ended.error());
    assertThat(why.type()).isEqualTo(FailureType.LEASE_RELEASED);
    assertThat(String.valueOf(ended.result()))
        .contains(
            "Released by boss: the guest is lost",
            "domain: RUNNING on " + host.name(),
            "-root.qcow2");
    assertThat(database.daos().jobs().steps(holder.id()))
        .extracting(StepRow::state)
        .doesNotContain(StepState.RUNNING, StepState.WAITING);
    assertThat(ended.generation()).isGreaterThan(holder.generation());
    assertThat(pretended.seizedAt).isEqualTo(ended.generation());
    assertThat(starter.hasRun(holder)).isFalse();
    InstanceRow instance = database.daos().instances().findById(holder.targetId()).orElseThrow();
    assertThat(instance.powerState()).isEqualTo(PowerState.RUNNING);
    assertThat(leases.of(holder.targetId())).isEmpty();
    assertDeletable(instance);
  }

  /** The run of a job whose lease is being released was ended on purpose. */
  @Test
  void aHolderIsNotStartedAgainMeanwhile() {
    JobRow holder =
        inventory.accept(JobKind.DISCOVER_HOST, TargetType.HOST, host.id(), host.name());
    starter.start(holder);
    new RunActivitiesImpl(temporal.getWorkflowClient())
        .endRun(holder.kind(), new JobId(holder.id()));
    inventory.accept(JobKind.RELEASE_LEASE, TargetType.LEASE, holder.id(), holder.targetName());
    Clock muchLater = Clock.offset(clock, Duration.ofMinutes(2));
    new LostRuns(database, starter, muchLater, 100).look();
    assertThat(starter.hasRun(holder)).isFalse();
  }

  private void assertDeletable(InstanceRow instance) {
    JobRow delete =
        new InstanceService(database, acceptance, TestKeys.seal(), clock)
            .delete(submission(), instance.name());
    await().atMost(Duration.ofSeconds(60)).until(() -> now(delete).state().isFinal());
    assertThat(now(delete).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(pretended.domains).isEmpty();
    assertThat(pretended.volumes).isEmpty();
    assertThat(database.daos().reservations().find(instance.id())).isEmpty();
  }

  private boolean awaitsGuest(JobRow job) {
    return database.daos().jobs().steps(job.id()).stream()
        .anyMatch(
            step -> step.name().equals(Steps.AWAIT_GUEST) && step.state() != StepState.PENDING);
  }

  private static Submission submission() {
    AuditTrail trail = new AuditTrail("boss", Role.ADMIN, "POST", "/v1/leases", "test");
    return new Submission(
        "boss", "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  private JobRow now(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow();
  }
}
