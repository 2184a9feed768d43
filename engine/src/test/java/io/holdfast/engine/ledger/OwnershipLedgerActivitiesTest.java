package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.FencedInstanceRow;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.Ownership.Holder;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What hosts are told of instances that another one takes over from, and what is made of it. */
class OwnershipLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final OwnershipLedgerActivitiesImpl ledger =
      new OwnershipLedgerActivitiesImpl(database, Duration.ofMinutes(3), Clock.systemUTC());
  private final SiteRow site = inventory.site();
  private final HostRow host = inventory.host(site, 4, 8192);

  private UUID instance = UUID.randomUUID();
  private UUID making = UUID.randomUUID();
  private UUID run = UUID.randomUUID();
  private UUID promotion = UUID.randomUUID();

  /** It ends behind the host's own, and a shorter one that comes later takes nothing back. */
  @Test
  void aLeaseEndsBehindTheHostsOwn() {
    HostId leased = new HostId(host.id());
    assertThat(ledger.leaseLeft(leased)).isNull();
    assertThat(ledger.grantLease(leased, 30)).isEqualTo(180_000);
    assertThat(ledger.leaseLeft(leased)).isBetween(235_000L, 242_000L);
    ledger.grantLease(leased, 4);
    assertThat(ledger.leaseLeft(leased)).isBetween(230_000L, 242_000L);
    OwnershipLedgerActivitiesImpl later =
        new OwnershipLedgerActivitiesImpl(
            database,
            Duration.ofMinutes(3),
            Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5)));
    assertThat(later.leaseLeft(leased)).isZero();
    ledger.endLease(leased);
    assertThat(ledger.leaseLeft(leased)).isNull();
  }

  @BeforeEach
  void anInstanceThatIsToBeRecovered() {
    inventory.onlyActive(host);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    instance = made.targetId();
    making = made.id();
    new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC())
        .reserve(new JobId(made.id()), new InstanceId(instance));
    run = UUID.randomUUID();
    RecoveryPlanRow plan =
        new RecoveryPlanRow(
            UUID.randomUUID(),
            "default",
            "plan-" + run,
            site.id(),
            1,
            new PlanDefinition(List.of(), List.of(), null),
            now,
            now);
    database
        .daos()
        .planRuns()
        .insert(PlanRunRow.of(run, plan, RunKind.DISASTER_RECOVERY, null, now));
    promotion = promotion();
  }

  @Test
  void whatWasPlacedIsItsHostsOwn() {
    assertThat(told()).isEqualTo(new Ownership(new InstanceId(instance), 1, Holder.HERE));
  }

  @Test
  void aPromotionTakesItOnceAndGivesItBackUnderAHigherEpoch() {
    assertThat(fence(promotion)).isEqualTo(2);
    assertThat(fence(promotion)).isEqualTo(2);
    assertThat(told()).isEqualTo(new Ownership(new InstanceId(instance), 2, Holder.NOBODY));
    database.daos().ownerships().giveBack(promotion);
    database.daos().ownerships().giveBack(promotion);
    assertThat(told()).isEqualTo(new Ownership(new InstanceId(instance), 3, Holder.HERE));
    assertThat(fence(promotion())).isEqualTo(4);
  }

  /** What was left of the recovery may have run until it was deleted. */
  @Test
  void whatARecoveryCouldNotGiveBackComesBackWhenItsInstanceIsDeleted() {
    fence(promotion);
    UUID made = database.daos().jobs().find(promotion).orElseThrow().targetId();
    database.daos().ownerships().giveBackOf(made); // it goes on
    assertThat(told().holder()).isEqualTo(Holder.NOBODY);
    JobOutcome left = JobOutcome.of(JobState.CANCELLED, null, false, List.of("start-domain"));
    new JobActivitiesImpl(database, Clock.systemUTC())
        .endJob(new JobId(promotion), left, List.of());
    database.daos().ownerships().giveBackOf(UUID.randomUUID());
    assertThat(told().holder()).isEqualTo(Holder.NOBODY);
    database.daos().ownerships().giveBackOf(made);
    database.daos().ownerships().giveBackOf(made);
    assertThat(told()).isEqualTo(new Ownership(new InstanceId(instance), 3, Holder.HERE));
  }

  /** The host has forgotten it, and must not be told of it again. */
  @Test
  void whatItsDeleteHasTakenFromTheHostIsNotToldAnyMore() {
    JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
    JobOutcome done = JobOutcome.of(JobState.SUCCEEDED, null, false, List.of());
    jobs.endJob(new JobId(making), done, List.of());
    JobRow delete =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.DELETE_INSTANCE,
            TargetType.INSTANCE,
            instance,
            "gone",
            JsonNodeFactory.instance.objectNode(),
            "me",
            now);
    database.daos().jobs().accept(delete, delete.steps());
    assertThat(told().holder()).isEqualTo(Holder.HERE);
    long at = now.toEpochMilli();
    StepUpdate undefined =
        new StepUpdate(Steps.UNDEFINE_DOMAIN, StepState.SUCCEEDED, 1, at, null, null);
    jobs.recordSteps(new JobId(delete.id()), List.of(undefined), null, at);
    assertThat(ledger.ownership(new HostId(host.id()))).isEmpty();
  }

  @Test
  void aCopyThatStayedOffIsNotSuspected() {
    fence(promotion);
    prove(now);
    takeOver();
    assertThat(told().holder()).isEqualTo(Holder.ELSEWHERE);
    report(2, PowerState.SHUTOFF, now.minusSeconds(5));
    assertThat(fenced().toldAt()).isNotNull();
    assertThat(fenced().suspectedAt()).isNull();
  }

  @Test
  void aCopyThatRunsIsSuspectedAndStaysSo() {
    fence(promotion);
    prove(now);
    takeOver();
    report(2, PowerState.RUNNING, now.minusSeconds(5));
    Instant first = fenced().suspectedAt();
    assertThat(first).isNotNull();
    report(2, PowerState.SHUTOFF, now.minusSeconds(5));
    assertThat(fenced().suspectedAt()).isEqualTo(first);
    assertThat(fenced().powerState()).isEqualTo(PowerState.SHUTOFF);
  }

  /** It is off now, and was not when somebody said so. */
  @Test
  void aCopyThatWasWrittenSinceItWasSaidToBeOffIsSuspected() {
    fence(promotion);
    prove(now.minusSeconds(60));
    takeOver();
    report(2, PowerState.SHUTOFF, now.minusSeconds(5));
    assertThat(fenced().suspectedAt()).isNotNull();
  }

  @Test
  void aCopyRunsRightlyWhileNothingHasTakenOver() {
    fence(promotion);
    report(2, PowerState.RUNNING, now);
    assertThat(fenced().suspectedAt()).isNull();
  }

  @Test
  void aWordOnAnOlderEpochIsNone() {
    fence(promotion);
    report(1, PowerState.SHUTOFF, now);
    assertThat(fenced().toldAt()).isNull();
  }

  private UUID promotion() {
    UUID id = UUID.randomUUID();
    JobRow job =
        JobRow.pending(
            id,
            JobKind.PROMOTE_INSTANCE,
            TargetType.INSTANCE,
            UUID.randomUUID(),
            "made",
            JsonNodeFactory.instance.objectNode().put("run", run.toString()),
            "run",
            now);
    database.daos().jobs().accept(job, job.steps());
    return id;
  }

  private long fence(UUID by) {
    return database.daos().ownerships().fence(instance, by, now);
  }

  private void prove(Instant at) {
    database
        .daos()
        .planRuns()
        .insertProof(
            new FencingProofRow(UUID.randomUUID(), run, null, "OPERATOR", "off", "me", at));
  }

  private void takeOver() {
    database.daos().planRuns().promote(instance, UUID.randomUUID(), run, now);
  }

  private void report(long epoch, PowerState state, Instant written) {
    CopyReport copy =
        new CopyReport(new InstanceId(instance), epoch, state, written.toEpochMilli());
    ledger.recordCopies(new HostId(host.id()), List.of(copy));
  }

  private Ownership told() {
    List<OwnershipOrder> orders = ledger.ownership(new HostId(host.id()));
    assertThat(orders).hasSize(1);
    return orders.get(0).ownership();
  }

  private FencedInstanceRow fenced() {
    return database.daos().ownerships().fenced(instance).orElseThrow();
  }
}
