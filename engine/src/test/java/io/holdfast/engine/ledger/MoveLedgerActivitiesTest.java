package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.RunOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A planned migration of one instance: its guest off, its last round, and the point that counts.
 */
class MoveLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final MoveLedgerActivitiesImpl ledger =
      new MoveLedgerActivitiesImpl(database, Clock.systemUTC());
  private final RecoveryLedgerActivitiesImpl runs =
      new RecoveryLedgerActivitiesImpl(database, Clock.systemUTC());
  private final SiteRow beta = inventory.site();
  private final HostRow here = inventory.host(inventory.site(), 4, 8192);

  private InstanceId source = new InstanceId(UUID.randomUUID());
  private ProtectionGroupRow group = Inventory.group("unused", beta, now);
  private JobId run = new JobId(UUID.randomUUID());

  @BeforeEach
  void anInstanceThatRunsAndIsProtected() {
    inventory.host(beta, 4, 8192);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    source = new InstanceId(made.targetId());
    daos.instances().setPlace(made.targetId(), here.id(), "default");
    daos.jobs().succeed(made.id(), JsonNodeFactory.instance.objectNode(), now);
    power(PowerState.RUNNING);
    group =
        Inventory.group(Inventory.name("group"), beta, now.plusSeconds(9999), Duration.ofHours(1));
    daos.protectionGroups().insert(group);
    daos.protectionGroups().tryInsertMember(source.value(), group.id(), 0);
    new Points(database).available(UUID.randomUUID(), group, List.of("root"));
    run = begin();
    runs.planRun(run);
  }

  @Test
  void aGuestIsShutDownOnceAndStartedAgainWhenItRan() {
    JobRequest stop = Objects.requireNonNull(ledger.beginShutdown(run, source));
    assertThat(Objects.requireNonNull(ledger.beginShutdown(run, source)).job())
        .isEqualTo(stop.job());
    assertThat(request(stop)).contains("SHUT_DOWN", "\"graceSeconds\":7");
    assertThat(ledger.sourceHosts(run)).hasSize(1);
    assertThat(ledger.toRunOn(run, new HostId(here.id()))).containsExactly(source);
    end(stop);
    power(PowerState.SHUTOFF);
    assertThat(ledger.beginShutdown(run, source)).isNull();
    JobRequest start = Objects.requireNonNull(ledger.beginStart(run, source));
    assertThat(request(start)).contains("\"START\"");
    end(start);
    assertThat(ledger.beginStart(run, source)).isNull();
    assertThat(ledger.toRunOn(run, new HostId(here.id()))).isEmpty();
  }

  @Test
  void aGuestThatWasOffStaysOff() {
    power(PowerState.SHUTOFF);
    assertThat(ledger.beginShutdown(run, source)).isNull();
    assertThat(ledger.beginStart(run, source)).isNull();
    assertThat(ledger.toRunOn(run, new HostId(here.id()))).isEmpty();
  }

  /** A host that is silent for a while says nothing of its guests. */
  @Test
  void aGuestThatNobodyKnowsOfIsWaitedForAndThenShutDown() {
    power(PowerState.UNKNOWN);
    assertThatThrownBy(() -> ledger.beginShutdown(run, source))
        .satisfies(
            failure ->
                assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.HOST_UNREACHABLE));
    assertThat(ledger.beginStart(run, source)).isNull(); // nobody has switched it off
    power(PowerState.RUNNING);
    end(Objects.requireNonNull(ledger.beginShutdown(run, source)));
    power(PowerState.UNKNOWN);
    assertThat(ledger.beginStart(run, source)).isNotNull();
  }

  /** Off where the ledger has it, it may run where its last move was to bring it. */
  @Test
  void aGuestThatMayBeElsewhereIsAskedAbout() {
    power(PowerState.SHUTOFF);
    HostRow there = inventory.host(inventory.site(), 4, 8192);
    daos.migrations()
        .insert(
            new MigrationRow(
                source.value(),
                UUID.randomUUID(),
                here.id(),
                "default",
                there.id(),
                "default",
                1,
                512,
                1,
                false,
                true,
                false,
                false,
                now));
    assertThatThrownBy(() -> ledger.beginShutdown(run, source))
        .hasMessageContaining(there.name())
        .satisfies(
            failure -> assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.OWNER_UNKNOWN));
  }

  /** As when somebody starts it while others are still being shut down. */
  @Test
  void aGuestThatWasOffAndIsShutDownAfterAllIsStartedAgain() {
    power(PowerState.SHUTOFF);
    assertThat(ledger.beginShutdown(run, source)).isNull();
    power(PowerState.RUNNING);
    end(Objects.requireNonNull(ledger.beginShutdown(run, source)));
    power(PowerState.SHUTOFF);
    assertThat(ledger.beginStart(run, source)).isNotNull();
  }

  /** Of a run that is lost on its way back, the next one begins with what it has shut down. */
  @Test
  void aGuestThatWasStartedAgainIsNotShutDownAnew() {
    end(Objects.requireNonNull(ledger.beginShutdown(run, source)));
    end(Objects.requireNonNull(ledger.beginStart(run, source)));
    assertThatThrownBy(() -> ledger.beginShutdown(run, source))
        .satisfies(
            failure ->
                assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED));
    assertThat(ledger.toRunOn(run, new HostId(here.id()))).isEmpty();
  }

  /** As when the run was lost between the two. */
  @Test
  void aGuestThatWasShutDownAfterItsStartIsStartedOnceMore() {
    end(Objects.requireNonNull(ledger.beginShutdown(run, source)));
    end(Objects.requireNonNull(ledger.beginStart(run, source)));
    shutDownOnceMore();
    assertThat(ledger.toRunOn(run, new HostId(here.id()))).containsExactly(source);
    assertThat(ledger.beginStart(run, source)).isNotNull();
  }

  /** An older engine did. */
  private void shutDownOnceMore() {
    ObjectNode request =
        RunJobs.request(RunJobs.SHUTDOWN).put("run", run.toString()).put("action", "SHUT_DOWN");
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.POWER_INSTANCE,
            TargetType.INSTANCE,
            source.value(),
            "db",
            request,
            "run " + run,
            now);
    database.useTransaction(all -> all.jobs().accept(job, job.steps()));
    daos.jobs().succeed(job.id(), JsonNodeFactory.instance.objectNode(), now);
  }

  @Test
  void whatWasTakenOverIsNotStartedAgain() {
    end(Objects.requireNonNull(ledger.beginShutdown(run, source)));
    assertThat(ledger.hasRecovered(run)).isFalse();
    daos.planRuns().promote(source.value(), UUID.randomUUID(), run.value(), now);
    assertThat(ledger.hasRecovered(run)).isTrue();
    assertThat(ledger.beginStart(run, source)).isNull();
  }

  /** A shutdown that nobody took up would come later. */
  @Test
  void whatNobodyTookUpIsEndedBeforeAGuestIsStartedAgain() {
    JobRequest stop = Objects.requireNonNull(ledger.beginShutdown(run, source));
    assertThat(ledger.beginStart(run, source)).isNotNull();
    assertThat(daos.jobs().find(stop.job().value()).orElseThrow().state())
        .isEqualTo(JobState.CANCELLED);
    assertThat(ledger.abandonPromotions(run)).isTrue();
  }

  /** A point from before would lose what was written since. */
  @Test
  void onlyThePointOfTheLastRoundIsTaken() {
    assertThat(ledger.movedGroups(run)).containsExactly(new ProtectionGroupId(group.id()));
    assertThatThrownBy(() -> ledger.chooseLast(run))
        .satisfies(
            failure ->
                assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED));
    JobRequest round =
        Objects.requireNonNull(ledger.beginLastRound(run, new ProtectionGroupId(group.id())));
    UUID last = UUID.randomUUID();
    new Points(database).available(last, round.job().value(), group, List.of("root"));
    end(round);
    assertThat(ledger.beginLastRound(run, new ProtectionGroupId(group.id()))).isNull();
    RunOrder order = ledger.chooseLast(run);
    assertThat(ledger.chooseLast(run)).isEqualTo(order);
    assertThat(daos.planRuns().instances(run.value()))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.pointId()).isEqualTo(last);
              assertThat(row.rpoMillis(now.minusSeconds(60))).isZero();
            });
  }

  /** Whoever asks waits in its own step, where a person can cancel it. */
  @Test
  void anotherJobInTheWayIsNamed() {
    JobRow other =
        inventory.accept(
            JobKind.REPLICATE_GROUP, TargetType.PROTECTION_GROUP, group.id(), group.name());
    assertBusy(
        () -> ledger.beginLastRound(run, new ProtectionGroupId(group.id())),
        "Job %s works on %s".formatted(other.id(), group.name()));
    PlanRunRow row = daos.planRuns().find(run.value()).orElseThrow();
    List<RunRefusal> told =
        new RecoveryFacts(daos).plan(row.kind(), row.definition(), row.siteId(), now).refusals();
    assertThat(told)
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.reason()).isEqualTo(RunRefusal.Reason.BUSY);
              assertThat(warning.words()).contains(other.id().toString(), "PENDING");
              assertThat(warning.stops()).isFalse();
            });
  }

  @Test
  void aJobWhoseLeaseIsReleasedGetsNoOtherRun() {
    UUID stop = Objects.requireNonNull(ledger.beginShutdown(run, source)).job().value();
    JobRow release = inventory.accept(JobKind.RELEASE_LEASE, TargetType.LEASE, stop, "db");
    assertBusy(
        () -> ledger.beginShutdown(run, source),
        "Job %s releases the lease of job %s".formatted(release.id(), stop));
  }

  private static void assertBusy(ThrowingCallable begin, String words) {
    assertThatThrownBy(begin)
        .hasMessageContaining(words)
        .satisfies(
            failure -> assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.TARGET_BUSY));
  }

  /** The attempt has switched it off, so the next one would find nothing. */
  @Test
  void aSourceThatWasStartedMeanwhileIsRefusedForGoodAndStartedAgain() {
    power(PowerState.SHUTOFF);
    assertThat(ledger.beginShutdown(run, source)).isNull();
    runs.planRun(run);
    JobRequest promotion = Objects.requireNonNull(runs.beginPromotion(run, source));
    String why = "it was started again";
    runs.refuseStarted(
        promotion.job(), new JobFailure(FailureType.RECOVERY_REFUSED, why, List.of()));
    runs.abandonChild(promotion.job());
    assertThatThrownBy(() -> runs.beginPromotion(run, source))
        .hasMessageContaining(why)
        .satisfies(
            failure ->
                assertThat(Failures.typeOf(failure)).isEqualTo(FailureType.RECOVERY_REFUSED));
    assertThat(ledger.beginStart(run, source)).isNotNull();
  }

  private String request(JobRequest job) {
    return daos.jobs().find(job.job().value()).orElseThrow().request().toString();
  }

  private void end(JobRequest job) {
    daos.jobs().succeed(job.job().value(), JsonNodeFactory.instance.objectNode(), now);
  }

  private void power(PowerState state) {
    daos.instances().setPower(source.value(), state, now);
  }

  private JobId begin() {
    PlanDefinition.Member member =
        PlanDefinition.Member.of(source.value(), "db").withPolicy(FailurePolicy.SKIP);
    return RecoveryRuns.accept(
        daos,
        RecoveryRuns.plan(daos, beta, member),
        RunKind.PLANNED_MIGRATION,
        JobKind.MIGRATE_PLAN,
        JsonNodeFactory.instance.objectNode().put("graceSeconds", 7));
  }
}
