package io.holdfast.engine.temporal;

import static org.assertj.core.api.Assertions.assertThat;
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
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.Role;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.ledger.CensusLedgerActivitiesImpl;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.LedgerActivitiesImpl;
import io.holdfast.engine.ledger.Points;
import io.holdfast.engine.ledger.ProtectionLedgerActivitiesImpl;
import io.holdfast.engine.ledger.RecoveryLedgerActivitiesImpl;
import io.holdfast.engine.ledger.RunPauses;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.ProbeKind;
import io.holdfast.workflows.model.Queues;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.WorkerFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A plan of two tiers with an instance each, db and then web, protected by one group; with the real
 * workflows and ledger, on a host that is pretended.
 */
final class PretendedPlan implements BeforeEachCallback, AfterEachCallback {
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  final Daos daos;
  final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(TestTemporal.options().build());
  final Clock clock = Clock.systemUTC();
  final Acceptance acceptance;
  final RunService runs;
  final PretendHost host = new PretendHost();
  final PretendRecovery recovery = new PretendRecovery(host);
  final UUID db;
  final UUID web;
  final UUID point = UUID.randomUUID();
  final HostRow keeper;
  final RecoveryPlanRow plan;
  final ProtectionGroupRow group;

  private final Database database;
  private final Inventory inventory;
  private final WorkflowStarter starter;
  private final JobSteering steering;
  private final WorkerFactory hostWorker = WorkerFactory.newInstance(temporal.getWorkflowClient());
  private final ControlWorker worker;
  private final HostRow source;
  private final SiteRow beta;
  private final NetworkRow network;

  PretendedPlan(Database database) {
    this.database = database;
    daos = database.daos();
    inventory = new Inventory(database);
    starter = new WorkflowStarter(temporal.getWorkflowClient(), database, clock);
    acceptance = new Acceptance(database, starter::dispatchSoon, clock);
    steering = new JobSteering(acceptance, starter::deliverSoon, clock);
    runs = new RunService(database, acceptance, clock);
    worker =
        new ControlWorker(
            temporal.getWorkflowClient(),
            List.of(
                new LedgerActivitiesImpl(
                    database, i -> "http://engine/" + i, TestKeys.seal(), clock),
                new CensusLedgerActivitiesImpl(database, clock),
                new JobActivitiesImpl(database, clock),
                new ProtectionLedgerActivitiesImpl(database, clock),
                new RecoveryLedgerActivitiesImpl(database, clock),
                new RunPauses(database)),
            8);
    source = inventory.host(inventory.site(), 8, 8192);
    beta = inventory.site();
    keeper = inventory.host(beta, 8, 8192);
    network = inventory.network("10.140.%d.0/24".formatted(NETWORKS.incrementAndGet()));
    db = placed();
    web = placed();
    plan = plan();
    group =
        Inventory.group(
            Inventory.name("group"), beta, Inventory.now().plusSeconds(9999), Duration.ofHours(1));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(db, group.id(), 0);
    daos.protectionGroups().tryInsertMember(web, group.id(), 1);
    new Points(database).available(point, group, List.of("root"));
    daos.recoveryPlans().insert(plan);
    HostId id = new HostId(keeper.id());
    for (String queue : List.of(Queues.host(id), Queues.hostWait(id), Queues.hostStreams(id))) {
      hostWorker.newWorker(queue).registerActivitiesImplementations(host, recovery);
    }
    hostWorker.start();
    worker.start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    worker.stop();
    hostWorker.shutdownNow();
    starter.stop();
    temporal.close();
  }

  JobRow until(JobRow job, JobState state) {
    await("the job is " + state)
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> daos.jobs().find(job.id()).orElseThrow(),
            now -> now.state() == state || now.state().isFinal());
    JobRow now = daos.jobs().find(job.id()).orElseThrow();
    assertThat(now.state()).as("%s", now.error()).isEqualTo(state);
    return now;
  }

  PlanRunRow run(JobRow job) {
    return daos.planRuns().find(job.id()).orElseThrow();
  }

  void decide(JobRow job, JobVerb verb) {
    decide("alice", job, verb);
  }

  void decide(String caller, JobRow job, JobVerb verb) {
    steering.decide(by(caller), job.id().toString(), verb, "because", null);
  }

  void assertNothingIsLeft() {
    assertThat(host.domains).isEmpty();
    assertThat(host.volumes).isEmpty();
    assertThat(host.ports).isEmpty();
  }

  static Submission by(String caller) {
    AuditTrail trail = new AuditTrail(caller, Role.OPERATOR, "POST", "/v1/jobs", "test");
    return new Submission(
        caller, "default", Optional.empty(), "", false, Optional.empty(), Optional.empty(), trail);
  }

  String name(UUID instance) {
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
        PlanDefinition.Member.of(instance, name(instance)).withProbes(List.of(probe));
    return new PlanDefinition.Tier(
        name, 1, List.of(member), List.of(), List.of(), List.of(), List.of());
  }
}
