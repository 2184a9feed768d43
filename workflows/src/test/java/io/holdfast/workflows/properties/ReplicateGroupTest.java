package io.holdfast.workflows.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.properties.Fault.Call;
import io.holdfast.workflows.properties.Fault.Mode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is a round's own; its properties are those of every kind of job. */
class ReplicateGroupTest {
  private static final JobPolicy PAUSE = new JobPolicy(OnFailure.PAUSE, false);

  private final PropertyRun run = new PropertyRun(true);

  @BeforeEach
  void aGroup() {
    SagaPropertiesTest.prepare(run.world, JobKind.REPLICATE_GROUP);
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void whatIsRetiredGoesFirstAndLast() {
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(run.world.facts).contains("purged");
    List<String> elsewhere = calls.stream().filter(call -> !call.local()).map(Call::type).toList();
    assertThat(elsewhere).endsWith("CloseBackup", "DeleteReplica");
    assertThat(elsewhere.stream().distinct())
        .containsExactly(
            "DeleteReplica",
            "HoldGuest",
            "OpenBackup",
            "ReleaseGuest",
            "OpenReplica",
            "SendDisk",
            "SealReplica",
            "CloseBackup");
  }

  /**
   * One moment for all: no view is opened before all guests stand still, and none goes on before.
   */
  @Test
  void guestsOfAGroupStandStillTogether() {
    run.protection.instances = 2;
    run.protection.consistency = Consistency.CRASH;
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    List<String> moments =
        calls.stream()
            .map(Call::type)
            .filter(List.of("HoldGuest", "OpenBackup", "ReleaseGuest")::contains)
            .toList();
    assertThat(moments)
        .containsExactly(
            "HoldGuest", "HoldGuest", "OpenBackup", "OpenBackup", "ReleaseGuest", "ReleaseGuest");
    assertThat(run.protection.window).isEqualTo(7);
  }

  /** A stop with its grace takes minutes: nobody else stands still at each try. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 2"})
  void whoIsBusyIsHeldBeforeTheOthers(boolean hasJob, int heldTheOther) {
    run.protection.instances = 2;
    run.protection.busy.set(4);
    run.protection.hasJob = hasJob;
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.protection.asked).filteredOn(BackupWorld.INSTANCE::equals).hasSize(heldTheOther);
    assertThat(run.protection.asked)
        .filteredOn(one -> !one.equals(BackupWorld.INSTANCE))
        .hasSize(5);
    assertThat(run.world.facts).doesNotContain("still");
  }

  /** One that waits for a person, say: the round waits for nobody who leaves its guest alone. */
  @Test
  void aJobThatDoesNotHoldTheGuestKeepsNoRoundFromIt() {
    run.protection.instances = 2;
    run.protection.moving.set(99);
    run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.protection.asked).hasSize(2);
  }

  /** A move has ended without merging them; a round would wait for ever. */
  @ParameterizedTest
  @EnumSource(Consistency.class)
  void overlaysThatAMoveHasLeftAreMerged(Consistency consistency) {
    run.protection.consistency = consistency;
    run.world.facts.add("overlays");
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(calls.stream().filter(call -> call.type().equals("MergeOverlays"))).hasSize(1);
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void overlaysOfAMoveAreWaitedFor() {
    run.protection.moving.set(3);
    run.world.facts.add("overlays");
    List<Call> calls =
        run.run(
            JobKind.REPLICATE_GROUP,
            Mode.NONE,
            0,
            PAUSE,
            PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(calls.stream().filter(call -> call.type().equals("MergeOverlays"))).hasSize(1);
    assertThat(calls.stream().filter(call -> call.type().equals("AreIdle"))).hasSize(4);
    assertThat(run.world.holds).extracting(JobHold::state).containsOnly(JobState.RUNNING);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
  }

  /** QEMU takes all disks of one instance in one moment by itself. */
  @Test
  void aGuestAloneNeedNotStandStill() {
    run.protection.consistency = Consistency.CRASH;
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(calls).extracting(Call::type).contains("OpenBackup").doesNotContain("HoldGuest");
    assertThat(run.protection.window).isZero();
  }

  /** A point that claimed to be older than what it shows would be restored for what it has not. */
  @Test
  void aPointIsOfTheMomentAtWhichItsViewsWereOpenedAfterAll() {
    run.protection.moving.set(1);
    List<Long> asked = new CopyOnWriteArrayList<>();
    run.protection.onOpen =
        () -> {
          asked.add(run.now().toEpochMilli());
          if (asked.size() == 1) {
            throw Failures.of(FailureType.DISKS_BUSY, "A move has them");
          }
        };
    run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0, JobPolicy.DEFAULT, (hold, job) -> {});
    assertThat(asked).hasSize(2);
    assertThat(run.protection.takenAt).isBetween(asked.get(0) + 1000, asked.get(1));
  }

  /** The oldest of them counts: one whose answer was lost is open since then. */
  @Test
  void aPointIsAsOldAsTheOldestOfItsViews() {
    run.protection.instances = 2;
    run.protection.momentMillis = -7_200_000;
    long before = run.now().toEpochMilli();
    run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(run.protection.takenAt)
        .isBetween(before - 7_200_000, run.now().toEpochMilli() - 7_200_000);
  }

  @Test
  void aGuestThatCannotBeHeldLetsTheOthersGo() {
    run.protection.instances = 2;
    run.fault.broken = Set.of("OpenBackup");
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.AFTER_EACH, 0);
    assertThat(calls).extracting(Call::type).contains("ReleaseGuest");
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  @Test
  void aRoundWhoseGuestWokeEarlyEndsByItself() {
    run.protection.wakesEarly = true;
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).isEmpty();
    assertFailed("open-backups");
    assertThat(Objects.requireNonNull(Objects.requireNonNull(run.world.outcome).failure()).type())
        .isEqualTo(FailureType.BACKUP_LOST);
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  /** It answers again by the time of the next round. */
  @Test
  void aRoundWhoseGuestRebootsEndsByItself() {
    run.protection.consistency = Consistency.APPLICATION;
    run.protection.freezesNothing = true;
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).isEmpty();
    assertFailed("open-backups");
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  @Test
  void aRoundWhoseInstanceIsGoneEndsByItself() {
    run.protection.instanceGone = true;
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).isEmpty();
    assertFailed("plan-round");
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  /** Whoever waits for a host that burned must not read from it once it is back. */
  @Test
  void aHostThatWasWaitedForIsNotReadWhenARecoveryHasTakenItsInstance() {
    run.protection.instances = 2;
    run.protection.taken = "requireOwned";
    run.fault.broken = Set.of("HoldGuest");
    List<Call> calls =
        run.run(
            JobKind.REPLICATE_GROUP,
            Mode.AFTER_EACH,
            0,
            PAUSE,
            PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).hasSize(1);
    assertThat(calls).extracting(Call::type).doesNotContain("OpenBackup");
    assertFailed("open-backups");
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  @Test
  void aPointOfAnInstanceThatARecoveryHasTakenIsNotPublished() {
    run.protection.taken = "recordAvailable";
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).isEmpty();
    assertFailed("publish");
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  private void assertFailed(String step) {
    assertThat(run.world.told)
        .filteredOn(told -> told.endsWith(" FAILED"))
        .containsExactly(step + " FAILED");
  }

  /** A moment that is lost cannot come back, so nobody is asked. */
  @Test
  void aRoundWhoseBackupIsLostEndsByItself() {
    run.protection.disks = 2;
    run.protection.losesBackup = true;
    run.run(
        JobKind.REPLICATE_GROUP, Mode.NONE, 0, PAUSE, PropertyRun.decide(JobVerb.RESUME, false));
    assertThat(run.world.holds).isEmpty();
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(Objects.requireNonNull(run.world.outcome).failure()).type())
        .isEqualTo(FailureType.BACKUP_LOST);
    assertFailed("send-disks");
    Scenario.of(JobKind.REPLICATE_GROUP).assertUnwound(run.world, JobKind.REPLICATE_GROUP);
  }

  @Test
  void aBaseThatTheTargetRefusesIsReplaced() {
    run.protection.disks = 2;
    run.protection.refusesBase = true;
    List<Call> calls = run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(calls.stream().filter(call -> call.type().equals("ReplaceBase"))).hasSize(2);
    assertThat(run.world.facts)
        .contains("available", "sealed-root", "sealed-" + BackupWorld.VOLUME.disk());
  }

  /** The source may be lost right after the last byte: the point must be usable without it. */
  @Test
  void aPointThatIsAvailableStaysWhenItsBackupsCannotBeClosed() {
    run.fault.broken = Set.of("CloseBackup");
    run.run(JobKind.REPLICATE_GROUP, Mode.AFTER_EACH, 0);
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    assertThat(Objects.requireNonNull(run.world.outcome).undone()).isFalse();
    assertThat(run.world.facts)
        .contains("available", "point", "checkpoint", "replica-root", "sealed-root");
  }

  @Test
  void aFlippedBitIsFoundAndTheJobHasDoneItsWork() {
    SagaPropertiesTest.prepare(run.world, JobKind.VERIFY_POINT);
    run.protection.flipped = true;
    run.run(JobKind.VERIFY_POINT, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("broken").doesNotContain("verified");
  }

  /** What a pool does not give back today it may give back tomorrow. */
  @Test
  void aPurgeThatFailsKeepsNoRoundFromItsPoint() {
    run.fault.broken = Set.of("DeleteReplica");
    run.run(JobKind.REPLICATE_GROUP, Mode.REFUSE_EACH, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("available").doesNotContain("purged");
  }

  /** Temporal takes no answer of more than 2 MiB, which some thousand replicas are. */
  @Test
  void manyReplicasArePurgedInPortions() {
    run.protection.retired.set(ProtectionLedgerActivities.PORTION + 30);
    run.run(JobKind.REPLICATE_GROUP, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.protection.portions).containsExactly(ProtectionLedgerActivities.PORTION, 30, 1);
  }

  @Test
  void aGroupThatIsDeletedGoesInPortions() {
    SagaPropertiesTest.prepare(run.world, JobKind.DELETE_GROUP);
    run.protection.left.set(ProtectionLedgerActivities.PORTION + 30);
    run.run(JobKind.DELETE_GROUP, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.protection.portions).containsExactly(ProtectionLedgerActivities.PORTION, 30, 0);
  }

  /** A host that does not answer says nothing of its replicas; a disk that cannot be read does. */
  @Test
  void aReplicaThatCannotBeReadIsBroken() {
    SagaPropertiesTest.prepare(run.world, JobKind.VERIFY_POINT);
    run.protection.unreadable = FailureType.STORAGE_FAILED;
    run.run(JobKind.VERIFY_POINT, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.SUCCEEDED);
    assertThat(run.world.facts).contains("broken").doesNotContain("verified");

    SagaPropertiesTest.prepare(run.world, JobKind.VERIFY_POINT);
    run.protection.unreadable = FailureType.HOST_UNSUITABLE;
    run.run(JobKind.VERIFY_POINT, Mode.NONE, 0);
    assertThat(run.world.ended).isEqualTo(JobState.FAILED);
    assertThat(run.world.facts).doesNotContain("broken", "verified");
  }
}
