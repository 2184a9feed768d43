package io.holdfast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobFilter;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PostgresExtension;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RpoViolation;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The database is the timer: a clock that the test moves, and a real PostgreSQL. */
class RoundSweeperTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Instant DUE = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration RPO = Duration.ofMinutes(1);
  private static final JobFailure LOST =
      new JobFailure(FailureType.BACKUP_LOST, "The guest was killed", List.of());

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();
  private final Inventory inventory = new Inventory(database);
  private final SetClock clock = new SetClock(DUE.minusSeconds(1));
  private final RoundService service =
      new RoundService(database, new Acceptance(database, job -> {}, clock), clock);
  private final RoundSweeper sweeper = new RoundSweeper(database, service, clock);
  private final ProtectionGroupRow group = group();

  @Test
  void aRoundBeginsWhenItIsDueAndAtThePaceOfTheRpo() {
    sweeper.sweep();
    assertThat(rounds()).isEmpty();
    clock.now = DUE.plusMillis(300);
    sweeper.sweep();
    sweeper.sweep();
    assertThat(rounds()).hasSize(1);
    assertThat(rounds().get(0).submittedBy()).isEqualTo(RoundSweeper.SUBMITTER);
    Instant second = read().nextRoundAt();
    assertThat(second).isBetween(DUE.plusSeconds(54), DUE.plus(RPO));
    end(rounds().get(0));
    clock.now = DUE.plus(RPO);
    sweeper.sweep();
    assertThat(rounds()).hasSize(2);
    assertThat(read().missedRounds()).isZero();
  }

  /** The next one sends all that changed, so nothing is made up for. */
  @Test
  void aRoundThatFallsDueWhileOneRunsIsCountedAsMissed() {
    clock.now = DUE;
    sweeper.sweep();
    clock.now = DUE.plus(RPO);
    sweeper.sweep();
    sweeper.sweep();
    assertThat(rounds()).hasSize(1);
    assertThat(read().missedRounds()).isEqualTo(1);
    end(rounds().get(0));
    sweeper.sweep();
    assertThat(rounds()).hasSize(1);
    clock.now = DUE.plus(RPO.multipliedBy(2));
    sweeper.sweep();
    assertThat(rounds()).hasSize(2);
  }

  @Test
  void anOutageIsMadeUpForByOneRound() {
    clock.now = DUE.plus(Duration.ofHours(3));
    sweeper.sweep();
    assertThat(read().nextRoundAt()).isBetween(clock.now.plusSeconds(54), clock.now.plus(RPO));
    end(rounds().get(0));
    sweeper.sweep();
    assertThat(rounds()).hasSize(1);
  }

  @Test
  void ofManyEnginesOneBeginsTheRound() {
    clock.now = DUE;
    List<CompletableFuture<Void>> sweeps =
        IntStream.range(0, 4).mapToObj(i -> CompletableFuture.runAsync(sweeper::sweep)).toList();
    sweeps.forEach(CompletableFuture::join);
    assertThat(rounds()).hasSize(1);
    assertThat(read().missedRounds()).isZero();
  }

  @Test
  void aGroupThatIsPausedOrEmptyHasNoRounds() {
    daos.protectionGroups().setPaused(group.id(), true, DUE);
    clock.now = DUE;
    sweeper.sweep();
    assertThat(rounds()).isEmpty();
    daos.protectionGroups().setPaused(group.id(), false, DUE);
    daos.protectionGroups().retainMembers(group.id(), List.of());
    sweeper.sweep();
    assertThat(rounds()).isEmpty();
  }

  /** The others of the group run on, and nobody has said that they need no protection. */
  @Test
  void aGroupThatARecoveryPausedIsToldOfWhileItLeftOneBehind() {
    UUID recovered = daos.protectionGroups().members(group.id()).get(0).instanceId();
    UUID behind = member(group);
    Instant late = group.createdAt().plus(RPO.multipliedBy(4));
    daos.planRuns().promote(recovered, UUID.randomUUID(), UUID.randomUUID(), DUE);
    daos.protectionGroups().holdForRecovery(group.id(), DUE);
    daos.protectionGroups().tellViolations(late);
    assertThat(read().rpoViolation()).isEqualTo(RpoViolation.CRITICAL);
    daos.protectionGroups().setPaused(group.id(), true, DUE);
    daos.protectionGroups().tellViolations(late);
    assertThat(read().rpoViolation()).isNull(); // a person has said so
    daos.protectionGroups().setPaused(group.id(), false, DUE);
    daos.protectionGroups().holdForRecovery(group.id(), DUE);
    daos.planRuns().promote(behind, UUID.randomUUID(), UUID.randomUUID(), DUE);
    daos.protectionGroups().tellViolations(late);
    assertThat(read().rpoViolation()).isNull(); // it has moved as a whole
  }

  @Test
  void aGroupThatAPersonHadPausedStaysSilentWhenARecoveryComes() {
    daos.protectionGroups().setPaused(group.id(), true, DUE);
    daos.protectionGroups().holdForRecovery(group.id(), DUE);
    daos.protectionGroups().tellViolations(group.createdAt().plus(RPO.multipliedBy(4)));
    assertThat(read().rpoViolation()).isNull();
  }

  @Test
  void aViolationIsToldOnceAtEachLevelAndTakenBack() {
    UUID point = point(1, DUE, daos.protectionGroups().members(group.id()).get(0).instanceId());
    assertThat(daos.protectionGroups().tellViolations(DUE.plusSeconds(119))).isZero();
    assertThat(daos.protectionGroups().tellViolations(DUE.plusSeconds(121))).isEqualTo(1);
    assertThat(read().rpoViolation()).isEqualTo(RpoViolation.WARNING);
    assertThat(daos.protectionGroups().tellViolations(DUE.plusSeconds(122))).isZero();
    assertThat(daos.protectionGroups().tellViolations(DUE.plusSeconds(181))).isEqualTo(1);
    assertThat(read().rpoViolation()).isEqualTo(RpoViolation.CRITICAL);
    daos.recoveryPoints().setTaken(point, DUE.plusSeconds(180), 0, List.of());
    assertThat(daos.protectionGroups().tellViolations(DUE.plusSeconds(182))).isEqualTo(1);
    assertThat(read().rpoViolation()).isNull();
  }

  /** Its points go on without the one that rounds leave out. */
  @Test
  void aGroupIsAsFarBehindAsTheInstanceThatIsFurthestBehind() {
    UUID one = daos.protectionGroups().members(group.id()).get(0).instanceId();
    UUID leftOut = member(group);
    point(1, DUE, one, leftOut);
    point(2, DUE.plusSeconds(200), one);
    daos.protectionGroups().tellViolations(DUE.plusSeconds(201));
    assertThat(read().rpoViolation()).isEqualTo(RpoViolation.CRITICAL);
    daos.planRuns().promote(leftOut, UUID.randomUUID(), UUID.randomUUID(), DUE);
    daos.protectionGroups().tellViolations(DUE.plusSeconds(201));
    assertThat(read().rpoViolation()).as("its successor is protected for it").isNull();
  }

  /** Its first sync has to begin, and to end. */
  @Test
  void anInstanceThatNoPointShowsLiesBehindSinceItCame() {
    Instant now = Inventory.now();
    UUID one = daos.protectionGroups().members(group.id()).get(0).instanceId();
    UUID newcomer = member(group);
    point(1, now.plusSeconds(100), one);
    daos.protectionGroups().tellViolations(now.plusSeconds(110));
    assertThat(read().rpoViolation()).isNull();
    daos.protectionGroups().tellViolations(now.plusSeconds(150));
    assertThat(read().rpoViolation()).isEqualTo(RpoViolation.WARNING);
    point(2, now.plusSeconds(160), one, newcomer);
    daos.protectionGroups().tellViolations(now.plusSeconds(170));
    assertThat(read().rpoViolation()).isNull();
  }

  @Test
  void whoIsNotProtectedIsToldByName() {
    UUID one = daos.protectionGroups().members(group.id()).get(0).instanceId();
    UUID leftOut = member(group);
    point(1, DUE, one, leftOut);
    point(2, DUE.plusSeconds(200), one);
    daos.protectionGroups().tellViolations(DUE.plusSeconds(201));
    assertThat(lastTold().path("rpoViolatedBy"))
        .containsExactly(TextNode.valueOf(daos.instances().findById(leftOut).orElseThrow().name()));
    daos.protectionGroups().tellViolations(DUE.plusSeconds(330));
    assertThat(lastTold().path("rpoViolatedBy")).as("as bad as before, but of both").hasSize(2);
  }

  private JsonNode lastTold() {
    database.useTransaction(d -> d.events().publish(1000));
    return daos.events().after(0, 10_000).stream()
        .filter(event -> group.id().equals(event.resourceId()))
        .reduce((first, last) -> last)
        .orElseThrow()
        .data();
  }

  /** What a round failed for is often over by then; when it is not, the pace is the RPO's again. */
  @Test
  void aRoundThatFailsIsFollowedByAnotherSoonButNotForEver() {
    clock.now = DUE;
    sweeper.sweep();
    fail(rounds().get(0));
    assertThat(read().nextRoundAt()).isEqualTo(DUE.plusSeconds(5));
    clock.now = DUE.plusSeconds(5);
    sweeper.sweep();
    assertThat(rounds()).hasSize(2);
    Instant next = read().nextRoundAt();
    fail(rounds().get(1));
    assertThat(read().nextRoundAt()).isEqualTo(next).isAfter(DUE.plusSeconds(50));
  }

  private void fail(JobRow job) {
    new JobActivitiesImpl(database, clock)
        .endJob(
            new JobId(job.id()), JobOutcome.of(JobState.FAILED, LOST, true, List.of()), List.of());
  }

  private ProtectionGroupRow group() {
    database.useTransaction(
        d ->
            d.protectionGroups().views(PageRequest.first(99), null).stream()
                .forEach(view -> d.protectionGroups().delete(view.group().id())));
    ProtectionGroupRow row = Inventory.group(Inventory.name("group"), inventory.site(), DUE);
    daos.protectionGroups().insert(row);
    member(row);
    return row;
  }

  private UUID member(ProtectionGroupRow of) {
    HostRow source = inventory.host(inventory.site(), 8, 8192);
    JobRow made = inventory.instance(inventory.image(ImageState.AVAILABLE), List.of());
    daos.instances().setPlace(made.targetId(), source.id(), "default");
    end(made);
    daos.protectionGroups().tryInsertMember(made.targetId(), of.id(), 0);
    return made.targetId();
  }

  private UUID point(long number, Instant taken, UUID... shown) {
    RecoveryPointRow point =
        RecoveryPointRow.staging(
            UUID.randomUUID(), group.id(), number, UUID.randomUUID(), List.of(), DUE);
    daos.recoveryPoints().insert(point);
    HostRow keeper = inventory.host(inventory.site(), 8, 8192);
    for (UUID instance : shown) {
      daos.recoveryPoints().insertDisk(Inventory.replica(point.id(), instance, keeper.id()));
    }
    daos.recoveryPoints().setTaken(point.id(), taken, 0, List.of());
    daos.recoveryPoints().setState(point.id(), RecoveryPointState.AVAILABLE);
    return point.id();
  }

  private ProtectionGroupRow read() {
    return daos.protectionGroups().findById(group.id()).orElseThrow();
  }

  private List<JobRow> rounds() {
    JobFilter filter = new JobFilter(null, JobKind.REPLICATE_GROUP, group.id(), null, null);
    return daos.jobs().list(PageRequest.first(99), filter);
  }

  private void end(JobRow job) {
    daos.jobs()
        .end(
            job.id(),
            JobState.SUCCEEDED,
            JsonNodeFactory.instance.objectNode(),
            null,
            false,
            Inventory.now());
  }
}
