package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.JobSteering.Patch;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.image.ImageStore;
import io.holdfast.engine.image.ImageStoreActivitiesImpl;
import io.holdfast.engine.ledger.CensusLedgerActivitiesImpl;
import io.holdfast.engine.ledger.HostLedgerActivitiesImpl;
import io.holdfast.engine.ledger.ImageLedgerActivitiesImpl;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.Steps;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** People steer jobs through the real ledger, outbox and workflows, on hosts that are pretended. */
class SteeringTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final JobPolicy PAUSE = new JobPolicy(OnFailure.PAUSE, false);

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final Clock clock = Clock.systemUTC();
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private final Acceptance acceptance = new Acceptance(database, starter::dispatchSoon, clock);
  private final JobSteering steering = new JobSteering(acceptance, starter::deliverSoon, clock);
  private final WorkerFactory hostWorker = WorkerFactory.newInstance(temporal.getWorkflowClient());
  private final PretendHost pretended = new PretendHost();
  private final HostRow host = inventory.host(inventory.site(), 8, 8192);
  private final HostRow other = inventory.host(inventory.site(), 8, 8192);
  private final ImageRow image = inventory.image(ImageState.AVAILABLE);
  @TempDir Path images = Path.of("");
  private ControlWorker worker;

  @BeforeEach
  void startWorkers() throws IOException {
    inventory.onlyActive(host);
    serve(host);
    serve(other);
    hostWorker.start();
    worker =
        new ControlWorker(
            temporal.getWorkflowClient(),
            List.of(
                new LedgerActivitiesImpl(
                    database, i -> "http://engine/" + i, TestKeys.seal(), clock),
                new ImageLedgerActivitiesImpl(database, clock),
                new HostLedgerActivitiesImpl(database, clock),
                new CensusLedgerActivitiesImpl(database, clock),
                new JobActivitiesImpl(database, clock),
                new ImageStoreActivitiesImpl(
                    database, new ImageStore(images, 1 << 20, Clock.systemUTC()), List.of())),
            8);
  }

  private void serve(HostRow served) {
    HostId id = new HostId(served.id());
    for (String queue : List.of(Queues.host(id), Queues.hostWait(id))) {
      hostWorker.newWorker(queue).registerActivitiesImplementations(pretended);
    }
  }

  @AfterEach
  void stopWorkers() {
    worker.stop();
    hostWorker.shutdownNow();
    starter.stop();
    temporal.close();
  }

  private static Submission submission() {
    AuditTrail trail = new AuditTrail("alice", Role.OPERATOR, "POST", "/v1/jobs", "test");
    return new Submission(
        "alice", "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  private JobRow decide(JobRow job, JobVerb verb, @Nullable Patch patch) {
    return steering.decide(submission(), job.id().toString(), verb, "because", patch);
  }

  /** A create that waits in the outbox. */
  private JobRow create(JobPolicy policy, String cidr) {
    NetworkRow network = inventory.network(cidr);
    return inventory.instance(image, List.of(network), policy);
  }

  private JobRow now(JobRow job) {
    return database.daos().jobs().find(job.id()).orElseThrow();
  }

  private JobRow until(JobRow job, JobState state) {
    await().atMost(Duration.ofSeconds(30)).until(() -> now(job).state() == state);
    return now(job);
  }

  private StepRow step(JobRow job, String name) {
    return database.daos().jobs().steps(job.id()).stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void assertNothingIsLeft(JobRow job) {
    assertThat(pretended.domains).isEmpty();
    assertThat(pretended.volumes).isEmpty();
    assertThat(pretended.ports).isEmpty();
    assertThat(database.daos().instances().findById(job.targetId())).isEmpty();
    assertThat(database.daos().reservations().find(job.targetId())).isEmpty();
  }

  @Test
  void aJobThatNobodyTookIsCancelledWithoutTemporalAndRetried() {
    JobRow job = create(JobPolicy.DEFAULT, "10.121.1.0/24");
    InstanceRow wanted = database.daos().instances().findById(job.targetId()).orElseThrow();
    decide(job, JobVerb.CANCEL, null);
    assertThat(now(job).state()).isEqualTo(JobState.CANCELLED);
    assertThat(now(job).undone()).isTrue();
    assertNothingIsLeft(job);

    JobRow retry = steering.retry(submission(), job.id().toString());
    assertThat(retry.targetId()).isEqualTo(job.targetId());
    assertThat(retry.retryOf()).isEqualTo(job.id());
    assertThat(JobSteering.allowed(now(job))).isEmpty();
    worker.start();
    until(retry, JobState.SUCCEEDED);
    assertThat(pretended.domains).containsOnlyKeys(new InstanceId(job.targetId()));
    InstanceRow made = database.daos().instances().findById(job.targetId()).orElseThrow();
    assertThat(made.spec()).isEqualTo(wanted.spec());
    assertThat(made.labels()).isEqualTo(wanted.labels());
    assertThat(database.daos().instances().ports(made.id())).hasSize(1);

    starter.dispatchSoon(job); // its run begins late, and must touch nothing
    await().atMost(Duration.ofSeconds(30)).until(() -> !starter.hasRun(job));
    assertThat(pretended.domains).hasSize(1);
    assertThat(now(job).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aBlockedCreateSaysWhyAndGoesOnWhenTheCauseIsMended() {
    worker.start();
    pretended.guestsFail = true;
    JobRow job = create(PAUSE, "10.121.2.0/24");
    starter.dispatchSoon(job);
    JobRow blocked = until(job, JobState.BLOCKED);
    assertThat(JobSteering.allowed(blocked))
        .containsExactly(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT, JobVerb.CANCEL);
    StepRow failed = step(job, Steps.AWAIT_GUEST);
    assertThat(failed.state()).isEqualTo(StepState.FAILED);
    assertThat(failed.error())
        .isNotNull()
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.GUEST_NOT_READY));

    pretended.guestsFail = false;
    decide(job, JobVerb.RESUME, null);
    assertThatThrownBy(() -> decide(job, JobVerb.SKIP, null)).isInstanceOf(ProblemException.class);
    until(job, JobState.SUCCEEDED);
    assertThat(step(job, Steps.AWAIT_GUEST).attempt()).isEqualTo(2);
    assertThat(step(job, Steps.AWAIT_GUEST).error()).isNull();
  }

  @Test
  void aBlockedCreateIsAbortedWithItsFirstCause() {
    worker.start();
    pretended.guestsFail = true;
    JobRow job = create(PAUSE, "10.121.3.0/24");
    starter.dispatchSoon(job);
    until(job, JobState.BLOCKED);
    decide(job, JobVerb.ABORT, null);
    JobRow failed = until(job, JobState.FAILED);
    assertThat(failed.undone()).isTrue();
    assertThat(failed.error())
        .isNotNull()
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.GUEST_NOT_READY));
    assertNothingIsLeft(job);
  }

  @Test
  void aBlockedCreateThatIsCancelledKeepsItsFirstCauseInTheStep() {
    worker.start();
    pretended.guestsFail = true;
    JobRow job = create(PAUSE, "10.121.4.0/24");
    starter.dispatchSoon(job);
    until(job, JobState.BLOCKED);
    decide(job, JobVerb.CANCEL, null);
    decide(job, JobVerb.CANCEL, null); // the same one
    assertThat(until(job, JobState.CANCELLED).undone()).isTrue();
    assertThat(step(job, Steps.AWAIT_GUEST).error())
        .isNotNull()
        .satisfies(e -> assertThat(e.type()).isEqualTo(FailureType.GUEST_NOT_READY));
    assertThat(database.daos().decisions().of(job.id())).hasSize(1);
    assertNothingIsLeft(job);
  }

  @Test
  void aPatchMovesACreateToAnotherHost() {
    worker.start();
    pretended.guestsFail = true;
    JobRow job = create(PAUSE, "10.121.5.0/24");
    starter.dispatchSoon(job);
    until(job, JobState.BLOCKED);
    pretended.guestsFail = false;
    database.daos().hosts().setState(other.id(), HostState.ACTIVE);
    decide(job, JobVerb.RESUME, new Patch(other.name(), null));
    until(job, JobState.SUCCEEDED);
    assertThat(database.daos().reservations().find(job.targetId()).map(r -> r.hostId()))
        .contains(other.id());
    assertThat(pretended.domains).hasSize(1);
  }

  /** Whichever host was asked for before. */
  @Test
  void aPatchMovesACreateToAnotherSite() {
    worker.start();
    pretended.guestsFail = true;
    JobRow job = create(PAUSE, "10.121.9.0/24");
    database.daos().instances().setWantedHost(job.targetId(), host.id());
    starter.dispatchSoon(job);
    until(job, JobState.BLOCKED);
    pretended.guestsFail = false;
    database.daos().hosts().setState(other.id(), HostState.ACTIVE);
    SiteRow site = database.daos().sites().findById(other.siteId()).orElseThrow();
    decide(job, JobVerb.RESUME, new Patch(null, site.name()));
    until(job, JobState.SUCCEEDED);
    assertThat(database.daos().reservations().find(job.targetId()).map(r -> r.hostId()))
        .contains(other.id());
  }

  @Test
  void anUndoThatFailsAsksAndWhatIsSkippedIsALeftover() {
    worker.start();
    pretended.guestsFail = true;
    pretended.volumesStay = true;
    JobRow job = create(JobPolicy.DEFAULT, "10.121.6.0/24");
    starter.dispatchSoon(job);
    JobRow blocked = until(job, JobState.BLOCKED);
    assertThat(JobSteering.allowed(blocked))
        .containsExactly(JobVerb.RESUME, JobVerb.SKIP, JobVerb.CANCEL);
    assertThatThrownBy(() -> decide(job, JobVerb.RESUME, new Patch(other.name(), null)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("being undone");
    decide(job, JobVerb.CANCEL, null); // comes too late to change anything, the question included
    assertThat(JobSteering.allowed(now(job))).isEqualTo(JobSteering.allowed(blocked));
    decide(job, JobVerb.SKIP, null);
    JobRow failed = until(job, JobState.FAILED);
    assertThat(failed.undone()).isFalse();
    assertThat(String.valueOf(failed.result())).contains("create-volumes", "alice: because");
    assertThat(database.daos().instances().findById(job.targetId())).isPresent();

    pretended.volumesStay = false; // and the retry adopts what is left
    pretended.guestsFail = false;
    until(steering.retry(submission(), job.id().toString()), JobState.SUCCEEDED);
    assertThat(pretended.domains).hasSize(1);
  }

  @Test
  void aJobThatNeedsApprovalWaitsForIt() {
    worker.start();
    JobRow job = create(new JobPolicy(OnFailure.ROLLBACK, true), "10.121.7.0/24");
    starter.dispatchSoon(job);
    JobRow waiting = until(job, JobState.WAITING_FOR_APPROVAL);
    assertThat(JobSteering.allowed(waiting)).containsExactly(JobVerb.APPROVE, JobVerb.CANCEL);
    assertThat(pretended.domains).isEmpty();
    decide(job, JobVerb.APPROVE, null);
    until(job, JobState.SUCCEEDED);
  }

  @Test
  void aDeleteThatNobodyTookIsCancelledAndItsInstanceStays() {
    worker.start();
    JobRow made = create(JobPolicy.DEFAULT, "10.121.8.0/24");
    starter.dispatchSoon(made);
    until(made, JobState.SUCCEEDED);
    JobRow delete =
        inventory.accept(
            JobKind.DELETE_INSTANCE, TargetType.INSTANCE, made.targetId(), made.targetName());
    assertThatThrownBy(() -> decide(delete, JobVerb.RESUME, null))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("PENDING")
        .hasMessageContaining("cancel");
    decide(delete, JobVerb.CANCEL, null);
    assertThat(now(delete).state()).isEqualTo(JobState.CANCELLED);
    assertThat(pretended.domains).hasSize(1);
  }
}
