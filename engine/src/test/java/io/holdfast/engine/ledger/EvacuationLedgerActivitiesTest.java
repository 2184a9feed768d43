package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationDao;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.engine.db.PoolRow;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ReservedRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.seal.TestKeys;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.EvacuationMove;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MoveState;
import io.holdfast.workflows.model.MovesEnd;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SwitchedOver;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An evacuation of a host with two instances, whose target has room for two. */
class EvacuationLedgerActivitiesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final MigrationLimits LIMITS = new MigrationLimits(0, 300, false);
  private static final SwitchedOver SWITCHED = new SwitchedOver(900, 30, 7, 8, 2);

  private final Database database = POSTGRES.database();
  private final Inventory inventory = new Inventory(database);
  private final LedgerActivitiesImpl instances =
      new LedgerActivitiesImpl(database, image -> "", TestKeys.seal(), Clock.systemUTC());
  private final MigrationLedgerActivitiesImpl migrations =
      new MigrationLedgerActivitiesImpl(database, TestKeys.seal(), Clock.systemUTC());
  private final JobActivitiesImpl jobs = new JobActivitiesImpl(database, Clock.systemUTC());
  private final EvacuationLedgerActivitiesImpl ledger =
      new EvacuationLedgerActivitiesImpl(database, Clock.systemUTC());
  private final SiteRow site = inventory.site();
  private final HostRow source = inventory.host(site, 1, 2048);
  private final HostId sourceId = new HostId(source.id());

  private HostRow target = source;
  private InstanceId first = new InstanceId(UUID.randomUUID());
  private InstanceId second = first;
  private JobId evacuation = new JobId(UUID.randomUUID());

  @BeforeEach
  void twoInstancesOnTheSource() {
    inventory.onlyActive(source);
    first = instance();
    second = instance();
    target = inventory.host(site, 1, 1536); // 1382 MiB are free: two times 512
    database.daos().hosts().setState(source.id(), HostState.MAINTENANCE);
    evacuation = accept();
  }

  @Test
  void aPlanIsPinnedAndClaimedUntilItsMovesHaveTheirOwnClaims() {
    EvacuationOrder order = ledger.planMoves(evacuation, true);
    assertThat(ledger.planMoves(evacuation, true)).isEqualTo(order);
    assertThat(order.host().name()).isEqualTo(source.name());
    assertThat(order.parallel()).isEqualTo(2);
    assertThat(order.moves())
        .extracting(EvacuationMove::instance)
        .containsExactlyInAnyOrder(first, second);
    assertThat(order.refused()).isEmpty();
    assertThat(memory(target)).isEqualTo(1024);
    assertThat(memory(source)).isEqualTo(1024);

    JobId move = begun(first);
    assertThat(begun(first)).isEqualTo(move);
    assertThat(memory(target)).isEqualTo(1024);
    MigrationOrder moving = migrations.reserveMigration(move, first);
    assertThat(moving.target().name()).isEqualTo(target.name());
    assertThat(memory(target)).isEqualTo(1024);
    assertThat(ledger.readMove(move)).isEqualTo(new MoveState(false, false, null));

    migrations.recordOwner(move, first, PowerState.RUNNING);
    migrations.completeMigration(move, first, PowerState.RUNNING, SWITCHED, List.of(), List.of());
    assertThat(ledger.readMove(move)).isEqualTo(new MoveState(true, false, null));
    assertThat(row(first).state()).isEqualTo(MovePhase.MOVED);
    assertThat(ledger.beginMove(evacuation, first, true)).isEqualTo(BegunMove.NOTHING);
    assertThat(memory(source)).isEqualTo(512);
    assertThat(memory(target)).isEqualTo(1024);

    assertThatThrownBy(() -> ledger.requireEmpty(evacuation, sourceId))
        .is(failure(FailureType.HOST_NOT_EMPTY))
        .is(naming("the ledger has " + row(second).instanceName() + " there"));
    MovesEnd end = ledger.endMoves(evacuation);
    assertThat(end.moved()).containsExactly(row(first).instanceName() + " is on " + target.name());
    assertThat(ledger.endMoves(evacuation)).isEqualTo(end);
    assertThat(row(second).state()).isEqualTo(MovePhase.CANCELLED);
    assertThat(memory(target)).isEqualTo(512);
  }

  @Test
  void volumesAndSnapshotsArePlacedWithTheirInstanceAndWorkedOnByItsMove() {
    VolumeRow volume = inventory.attached(first.value(), source, "large", 10);
    SnapshotRow snapshot = inventory.snapshot(first.value(), source, "default", 1);
    assertThat(ledger.planMoves(evacuation, true).moves()).hasSize(2);
    assertThat(row(first).diskBytes()).isEqualTo(13 * Inventory.GIB);
    JobRequest request = Objects.requireNonNull(ledger.beginMove(evacuation, first, false).move());
    assertThat(request.beside()).containsExactlyInAnyOrder(volume.id(), snapshot.id());
    assertThat(ledger.beginMove(evacuation, first, false).move()).isEqualTo(request);
    assertThat(database.daos().jobs().activeJobOf(volume.id())).contains(request.job().value());
    assertThat(migrations.reserveMigration(request.job(), first).volumes()).hasSize(1);
  }

  /** The storage is full, and nothing of them has to be brought there. */
  @Test
  void instancesWhoseDisksBothHostsShareNeedNoRoomForThem() {
    String storage = UUID.randomUUID().toString();
    for (HostRow host : List.of(source, target)) {
      database
          .daos()
          .hosts()
          .putPool(new PoolRow(host.id(), "default", "/pool", Inventory.GIB, true, storage));
    }
    assertThat(ledger.planMoves(evacuation, true).refused()).isEmpty();
    assertThat(row(first).diskBytes()).isZero();
    assertThat(row(first).why()).contains("it shares the disks");
    assertThat(migrations.reserveMigration(begun(first), first).shared()).isTrue();
  }

  @Test
  void anInstanceWithoutAPlaceIsRefusedWithNumbersAndPlacedOnceThereIsRoom() {
    database.daos().hosts().setState(target.id(), HostState.MAINTENANCE);
    EvacuationOrder order = ledger.planMoves(evacuation, true);
    assertThat(order.moves()).isEmpty();
    assertThat(order.refused()).hasSize(2).first().asString().contains(target.name() + ": MAINT");
    database.daos().hosts().setState(target.id(), HostState.ACTIVE);
    assertThat(ledger.planMoves(evacuation, false).moves()).isEmpty();
    assertThat(ledger.planMoves(evacuation, true).moves()).hasSize(2);
    assertThat(ledger.planMoves(evacuation, true).refused()).isEmpty();
    assertThat(List.of(row(first).position(), row(second).position()))
        .containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aMoveWhosePlaceIsGoneIsRefusedAndPlacedAnew() {
    ledger.planMoves(evacuation, true);
    database.daos().hosts().setState(target.id(), HostState.MAINTENANCE);
    BegunMove begun = ledger.beginMove(evacuation, first, false);
    assertThat(Objects.requireNonNull(begun.refusal()).message())
        .contains(target.name() + " will not do any more", "MAINTENANCE");
    assertThat(row(first).state()).isEqualTo(MovePhase.FAILED);
    assertThat(memory(target)).isEqualTo(512);
    assertThat(ledger.planMoves(evacuation, true).refused()).hasSize(1);
  }

  @Test
  void anInstanceThatAnotherJobWorksOnIsBusy() {
    ledger.planMoves(evacuation, true);
    JobRow other =
        inventory.accept(JobKind.POWER_INSTANCE, TargetType.INSTANCE, first.value(), "first");
    assertThat(ledger.beginMove(evacuation, first, false))
        .isEqualTo(BegunMove.busy(new JobId(other.id())));
    assertThat(row(first).state()).isEqualTo(MovePhase.PLANNED);
  }

  @Test
  void aMoveThatAsksIsResumedWithTheEvacuationOrAbortedWhenItIsLeftOut() {
    ledger.planMoves(evacuation, true);
    JobId move = begun(first);
    UUID hold = block(move, List.of(JobVerb.RESUME, JobVerb.ABORT));
    MoveState asks = ledger.readMove(move);
    assertThat(asks.asks()).isTrue();
    assertThat(Objects.requireNonNull(asks.failure()).message()).contains(move + ", is blocked");
    begun(first);
    assertThat(verbs(move)).isEmpty();
    Objects.requireNonNull(ledger.beginMove(evacuation, first, true).move());
    Objects.requireNonNull(ledger.beginMove(evacuation, first, true).move());
    assertThat(verbs(move)).containsExactly(JobVerb.RESUME);
    assertThat(decisions(move).get(0).hold()).isEqualTo(hold);
    assertThat(ledger.readMove(move).asks()).isFalse();

    block(move, List.of(JobVerb.RESUME, JobVerb.ABORT));
    UUID decision = skip(first);
    ledger.skipMoves(evacuation, decision);
    ledger.skipMoves(evacuation, decision);
    assertThat(verbs(move)).containsExactly(JobVerb.RESUME, JobVerb.ABORT);
    assertThat(row(first).state()).isEqualTo(MovePhase.SKIPPED);
    assertThat(ledger.planMoves(evacuation, true).moves()).hasSize(2); // it is still being undone
    end(move);
    assertThat(ledger.readMove(move)).isEqualTo(new MoveState(true, false, null));
    assertThat(ledger.planMoves(evacuation, true).moves())
        .extracting(EvacuationMove::instance)
        .containsExactly(second);
    assertThat(ledger.beginMove(evacuation, first, true)).isEqualTo(BegunMove.NOTHING);
  }

  /** A person sent it to another host, and its move was given up when it was there. */
  @Test
  void aMoveSaysWhereTheInstanceIsWhateverWasPlanned() {
    HostRow other = inventory.host(site, 1, 1536);
    ledger.planMoves(evacuation, true);
    JobId move = begun(first);
    MigrationDao claims = database.daos().migrations();
    MigrationRow claim = claims.find(first.value()).orElseThrow();
    HostRow there = claim.targetHost().equals(other.id()) ? target : other;
    migrations.releaseMigration(first);
    claims.insert(
        new MigrationRow(
            first.value(),
            move.value(),
            source.id(),
            claim.sourcePool(),
            there.id(),
            claim.targetPool(),
            claim.vcpus(),
            claim.memoryMiB(),
            claim.diskBytes(),
            false,
            false,
            false,
            false,
            Inventory.now()));
    migrations.recordOwner(move, first, PowerState.RUNNING);
    migrations.releaseMigration(first);
    end(move);
    assertThat(ledger.readMove(move)).isEqualTo(new MoveState(true, false, null));
    assertThat(row(first).state()).isEqualTo(MovePhase.MOVED);
    assertThat(row(first).targetName()).isEqualTo(there.name());
    assertThat(ledger.endMoves(evacuation).moved())
        .containsExactly(row(first).instanceName() + " is on " + there.name());
  }

  @Test
  void anInstanceThatIsNoMoreHasNotMoved() {
    ledger.planMoves(evacuation, true);
    database.daos().reservations().delete(first.value());
    assertThat(ledger.beginMove(evacuation, first, false)).isEqualTo(BegunMove.NOTHING);
    assertThat(row(first).state()).isEqualTo(MovePhase.CANCELLED);
    assertThat(row(first).error()).isEqualTo("it is no more");
  }

  @Test
  void anEndAbortsWhatAsksAndNamesWhatNobodyMayAbort() {
    ledger.planMoves(evacuation, true);
    JobId move = begun(first);
    JobId untaken = begun(second);
    block(move, List.of(JobVerb.RESUME));
    MovesEnd end = ledger.endMoves(evacuation);
    assertThat(end.asking()).containsExactly(row(first).instanceName() + ": job " + move);
    assertThat(state(untaken)).isEqualTo(JobState.CANCELLED);
    block(move, List.of(JobVerb.RESUME, JobVerb.ABORT));
    assertThat(ledger.endMoves(evacuation).going()).isEqualTo(1);
    assertThat(ledger.endMoves(evacuation).going()).isEqualTo(1);
    assertThat(verbs(move)).containsExactly(JobVerb.ABORT);
    end(move);
    assertThat(ledger.endMoves(evacuation)).isEqualTo(new MovesEnd(0, List.of(), List.of()));
  }

  @Test
  void theJobsEndGivesBackWhatWasPlannedAndTheResultSaysWhatIsLeft() {
    ledger.planMoves(evacuation, true);
    ledger.skipMoves(evacuation, skip(null));
    assertThat(row(first).state()).isEqualTo(MovePhase.PLANNED); // it is in nobody's way
    ledger.skipMoves(evacuation, skip(first));
    ledger.skipMoves(evacuation, skip(second));
    ledger.requireEmpty(evacuation, sourceId);
    ledger.completeEvacuation(evacuation, sourceId, List.of());
    ledger.completeEvacuation(evacuation, sourceId, List.of());
    JobRow ended = database.daos().jobs().find(evacuation.value()).orElseThrow();
    assertThat(String.valueOf(ended.result())).contains("\"moved\":[]", "\"why\":\"why not\"");
    assertThat(memory(target)).isZero();

    JobId again = accept();
    ledger.planMoves(again, true);
    assertThat(memory(target)).isEqualTo(1024);
    end(again);
    assertThat(memory(target)).isZero();
  }

  private InstanceId instance() {
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    InstanceId id = new InstanceId(made.targetId());
    instances.reserve(new JobId(made.id()), id);
    GuestReport guest = new GuestReport(GuestReadiness.NONE, null, null, List.of());
    instances.completeCreate(new JobId(made.id()), id, guest, List.of());
    return id;
  }

  private JobId accept() {
    JobRow job =
        JobRow.pending(
            UUID.randomUUID(),
            JobKind.EVACUATE_HOST,
            TargetType.HOST,
            source.id(),
            source.name(),
            EvacuationRequests.of(
                HostState.ACTIVE, 2, source.siteId(), MigrationMode.AUTO, LIMITS, 5),
            "tester",
            Inventory.now());
    database.useTransaction(daos -> daos.jobs().accept(job, job.kind().steps()));
    return new JobId(job.id());
  }

  private JobId begun(InstanceId instance) {
    return Objects.requireNonNull(ledger.beginMove(evacuation, instance, false).move()).job();
  }

  private UUID block(JobId move, List<JobVerb> actions) {
    UUID hold = UUID.randomUUID();
    jobs.recordSteps(
        move, List.of(), new JobHold(hold, JobState.BLOCKED, actions), System.currentTimeMillis());
    return hold;
  }

  private void end(JobId job) {
    jobs.endJob(
        job,
        JobOutcome.of(
            JobState.FAILED,
            new JobFailure(FailureType.MIGRATION_FAILED, "the link", List.of()),
            true,
            List.of()),
        List.of());
  }

  private UUID skip(@Nullable InstanceId instance) {
    DecisionRow decision =
        new DecisionRow(
            UUID.randomUUID(),
            evacuation.value(),
            UUID.randomUUID(),
            JobVerb.SKIP,
            "why not",
            instance == null
                ? null
                : JsonNodeFactory.instance.objectNode().put("instance", instance.toString()),
            "tester",
            Inventory.now(),
            null);
    database.daos().decisions().insert(decision);
    return decision.id();
  }

  private List<DecisionRow> decisions(JobId job) {
    return database.daos().decisions().of(job.value());
  }

  private List<JobVerb> verbs(JobId job) {
    return decisions(job).stream().map(DecisionRow::verb).toList();
  }

  private JobState state(JobId job) {
    return database.daos().jobs().find(job.value()).orElseThrow().state();
  }

  private EvacuationMoveRow row(InstanceId instance) {
    return database.daos().evacuations().find(evacuation.value(), instance.value()).orElseThrow();
  }

  private long memory(HostRow host) {
    return database.daos().reservations().sums().stream()
        .filter(sum -> sum.hostId().equals(host.id()))
        .mapToLong(ReservedRow::memoryMiB)
        .sum();
  }
}
