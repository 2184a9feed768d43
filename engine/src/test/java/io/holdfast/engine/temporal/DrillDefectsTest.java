package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.core.Acceptance;
import io.holdfast.engine.core.AuditTrail;
import io.holdfast.engine.core.JobSteering;
import io.holdfast.engine.core.RunService;
import io.holdfast.engine.core.Submission;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanProofRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.CensusLedgerActivitiesImpl;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.ledger.ProtectionLedgerActivitiesImpl;
import io.holdfast.engine.ledger.RecoveryLedgerActivitiesImpl;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.ProbeKind;
import io.holdfast.workflows.model.Queues;
import io.holdfast.workflows.model.Steps;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Drills through the real workflows and ledger, on a host with a defect: none of them passes, and
 * each says why. See docs/drills.md for what notices the defects on a host itself.
 */
class DrillDefectsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final AtomicInteger NETWORKS = new AtomicInteger();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  private final Clock clock = Clock.systemUTC();
  private final WorkflowStarter starter =
      new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
  private final Acceptance acceptance = new Acceptance(database, starter::dispatchSoon, clock);
  private final JobSteering steering = new JobSteering(acceptance, starter::deliverSoon, clock);
  private final RunService runs = new RunService(database, acceptance, clock);
  private final WorkerFactory hostWorker = WorkerFactory.newInstance(temporal.getWorkflowClient());
  private final PretendHost pretended = new PretendHost();
  private final PretendRecovery recovery = new PretendRecovery(pretended);
  private final ControlWorker worker =
      new ControlWorker(
          temporal.getWorkflowClient(),
          List.of(
              new LedgerActivitiesImpl(database, i -> "http://engine/" + i, TestKeys.seal(), clock),
              new CensusLedgerActivitiesImpl(database, clock),
              new JobActivitiesImpl(database, clock),
              new ProtectionLedgerActivitiesImpl(database, clock),
              new RecoveryLedgerActivitiesImpl(database, clock)),
          8);

  private final HostRow source = inventory.host(inventory.site(), 8, 8192);
  private final SiteRow beta = inventory.site();
  private final HostRow keeper = inventory.host(beta, 8, 8192);
  private final NetworkRow network =
      inventory.network("10.140.%d.0/24".formatted(NETWORKS.incrementAndGet()));
  private final UUID db = placed();
  private final UUID web = placed();
  private final UUID point = UUID.randomUUID();
  private final RecoveryPlanRow plan = plan();

  @BeforeEach
  void protect() {
    ProtectionGroupRow group =
        Inventory.group(
            Inventory.name("group"), beta, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(db, group.id(), 0);
    daos.protectionGroups().tryInsertMember(web, group.id(), 1);
    new Points(database).available(point, group, List.of("root"));
    daos.recoveryPlans().insert(plan);
    HostId host = new HostId(keeper.id());
    for (String queue :
        List.of(Queues.host(host), Queues.hostWait(host), Queues.hostStreams(host))) {
      hostWorker.newWorker(queue).registerActivitiesImplementations(pretended, recovery);
    }
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

  /** Without a defect: what the others lack. */
  @Test
  void aDrillPassesAndLeavesNothing() {
    JobRow drill = until(drill(), JobState.SUCCEEDED);
    assertThat(run(drill).verdict()).isEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(plan.id()).map(PlanProofRow::verifiedAt)).isPresent();
    assertThat(daos.planRuns().instances(drill.id()))
        .allSatisfy(one -> assertThat(one.results()).hasSize(1));
    assertNothingIsLeft();
  }

  @Test
  void aReplicaThatIsNotWhatWasSealedIsSeen() {
    recovery.replicasBroken = true;
    assertFailed(FailureType.REPLICA_BROKEN, "Leaf 7 is not what was sealed");
  }

  @Test
  void aGuestThatBootsAndDoesNothingIsSeen() {
    recovery.guestsIdle = true;
    assertFailed(FailureType.PROBE_FAILED, "Nobody listens at 10.140.");
  }

  @Test
  void aPointThatIsOlderThanItsRpoIsSeen() {
    Duration age = Duration.ofHours(3);
    daos.recoveryPoints().setTaken(point, Inventory.now().minus(age), 0, List.of());
    assertFailed(FailureType.RECOVERY_REFUSED, "and the RPO is PT1H");
  }

  /** Each call said that it had removed something. */
  @Test
  void aCleanupThatDidNothingIsSeenAndNeverPasses() {
    pretended.keepsDomains = true;
    pretended.keepsVolumes = true;
    JobFailure seen = assertNotRemoved();
    assertThat(seen.causes()).hasSize(4).anyMatch(line -> line.contains(" has DOMAIN "));
  }

  @Test
  void aCleanupThatLeftOneFileIsSeenAndNeverPasses() {
    pretended.keepsVolumes = true;
    JobFailure seen = assertNotRemoved();
    assertThat(seen.causes())
        .hasSize(2)
        .allMatch(line -> line.contains(keeper.name() + " has VOLUMES "));
  }

  /** Nothing is touched, and the first person is not the second. */
  @Test
  void aFailoverThatNobodyApprovedDoesNothing() {
    JobRow failover = runs.failOver(by("alice"), plan.name(), "the site burns", null);
    until(failover, JobState.WAITING_FOR_APPROVAL);
    assertThatThrownBy(() -> decide(failover, JobVerb.APPROVE))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("alice asked for this run");
    assertThat(daos.planRuns().instances(failover.id())).isEmpty();
    assertThat(daos.ownerships().fenced(db)).isEmpty();
    assertNothingIsLeft();
    decide(failover, JobVerb.CANCEL);
    until(failover, JobState.CANCELLED);
    assertThat(run(failover).verdict()).isEqualTo(RunVerdict.FAILED);
    assertNothingIsLeft();
  }

  private void assertFailed(FailureType type, String words) {
    JobRow drill = until(drill(), JobState.FAILED);
    JobFailure failure = Objects.requireNonNull(drill.error());
    assertThat(failure.type()).isEqualTo(type);
    assertThat(failure.causes())
        .anyMatch(line -> line.startsWith(name(db)) || line.contains(name(db) + ":"))
        .anyMatch(line -> line.contains(words));
    assertThat(drill.undone()).isTrue();
    assertNotPassed(drill);
    assertNothingIsLeft();
  }

  /** It asks a person; whoever waves it through does not make it pass. */
  private JobFailure assertNotRemoved() {
    JobRow drill = until(drill(), JobState.BLOCKED);
    assertNotPassed(drill);
    JobFailure seen =
        daos.jobs().steps(drill.id()).stream()
            .filter(step -> step.name().equals(Steps.VERIFY_REMOVAL))
            .map(StepRow::error)
            .flatMap(error -> Optional.ofNullable(error).stream())
            .findFirst()
            .orElseThrow();
    assertThat(seen.type()).isEqualTo(FailureType.TEST_NOT_REMOVED);
    decide(drill, JobVerb.SKIP);
    JobRow ended = until(drill, JobState.FAILED);
    assertThat(ended.undone()).isFalse();
    assertThat(run(drill).verdict()).isEqualTo(RunVerdict.FAILED);
    assertNotPassed(drill);
    return seen;
  }

  private void assertNotPassed(JobRow drill) {
    assertThat(run(drill).verdict()).isNotEqualTo(RunVerdict.PASSED);
    assertThat(daos.planProofs().ofPlan(plan.id())).isEmpty();
  }

  private void assertNothingIsLeft() {
    assertThat(pretended.domains).isEmpty();
    assertThat(pretended.volumes).isEmpty();
    assertThat(pretended.ports).isEmpty();
  }

  private JobRow drill() {
    return runs.drill(by("alice"), plan.name(), null, "PT10M");
  }

  private JobRow until(JobRow job, JobState state) {
    await("the job is " + state)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> daos.jobs().find(job.id()).orElseThrow(),
            now -> now.state() == state || now.state().isFinal());
    JobRow now = daos.jobs().find(job.id()).orElseThrow();
    assertThat(now.state()).as("%s", now.error()).isEqualTo(state);
    return now;
  }

  private PlanRunRow run(JobRow job) {
    return daos.planRuns().find(job.id()).orElseThrow();
  }

  private void decide(JobRow job, JobVerb verb) {
    steering.decide(by("alice"), job.id().toString(), verb, "because", null);
  }

  private static Submission by(String caller) {
    AuditTrail trail = new AuditTrail(caller, Role.OPERATOR, "POST", "/v1/jobs", "test");
    return new Submission(
        caller, "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  private String name(UUID instance) {
    return daos.instances().findById(instance).orElseThrow().name();
  }

  private UUID placed() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of(network));
    daos.instances().setPlace(made.targetId(), source.id(), "default");
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), Inventory.now());
    return made.targetId();
  }

  private RecoveryPlanRow plan() {
    return new RecoveryPlanRow(
        UUID.randomUUID(),
        "default",
        Inventory.name("plan"),
        beta.id(),
        1,
        new PlanDefinition(
            List.of(tier("data", db), tier("front", web)),
            List.of(),
            new PlanDefinition.Policy(Duration.ofDays(7).toMillis(), true)),
        Inventory.now(),
        Inventory.now());
  }

  private PlanDefinition.Tier tier(String name, UUID instance) {
    PlanDefinition.Probe probe =
        new PlanDefinition.Probe(ProbeKind.TCP, 22, null, 0, null, List.of(), 1);
    PlanDefinition.Member member =
        new PlanDefinition.Member(
            instance,
            name(instance),
            PointChoice.LATEST,
            null,
            List.of(probe),
            FailurePolicy.STOP,
            1);
    return new PlanDefinition.Tier(
        name, 1, List.of(member), List.of(), List.of(), List.of(), List.of());
  }
}
