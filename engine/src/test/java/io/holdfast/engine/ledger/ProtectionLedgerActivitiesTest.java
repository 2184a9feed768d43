package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static io.holdfast.engine.ledger.FailureConditions.naming;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.VerifiedDisk;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each activity twice: the second call changes nothing and answers the same. */
class ProtectionLedgerActivitiesTest extends RoundLedgerFixture {
  @Test
  void aSecondPlanIsTheFirstOneAndItsRoomIsClaimed() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());

    assertThat(ledger.planRound(id(job), groupId())).isEqualTo(plan);
    assertThat(plan.members()).hasSize(1);
    assertThat(plan.members().get(0).backup().base()).isNull();
    assertThat(plan.members().get(0).source().name()).isEqualTo(source.name());
    assertThat(daos.protectionGroups().members(group.id()).get(0).hostId()).isEqualTo(keeper.id());
    assertThat(claimed()).isEqualTo(2 * Inventory.GIB);
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.STAGING);

    ledger.dropPoint(id(job));
    ledger.dropPoint(id(job));
    assertThat(daos.recoveryPoints().ofGroup(group.id())).isEmpty();
  }

  @Test
  void aTargetWithoutRoomIsRefusedWithNumbersBeforeTheFirstByte() {
    // the pool has 1 TiB and promises twice that
    daos.protectionGroups().setPlace(otherMember(), keeper.id(), "default", 2047 * Inventory.GIB);
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NO_CAPACITY))
        .is(naming(keeper.name() + ": DISK: needs 2048, free 1024 MiB in one pool"));
    assertThat(daos.recoveryPoints().ofGroup(group.id())).isEmpty();
  }

  /** It was moved there; a point on the host that it is to outlive would be none. */
  @Test
  void anInstanceAtTheTargetSiteIsNotReplicatedToItself() {
    daos.instances().setPlace(instance, keeper.id(), "default");
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.HOST_UNSUITABLE))
        .hasMessageContaining(keeper.name());
    assertThat(daos.recoveryPoints().ofGroup(group.id())).isEmpty();
  }

  @Test
  void aPointIsAvailableAsAWholeAndTheNextOneStartsFromIt() {
    RoundPlan first = round(List.of(ROOT, disk("data", 1, ChangeSource.FULL)));
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    assertThat(plan.members().get(0).backup().base()).isEqualTo(first.point());

    List<OpenedMember> opened = opened(plan, List.of(ROOT, disk("data", 3, ChangeSource.BITMAP)));
    List<RoundDisk> disks = ledger.planDisks(id(job), plan.point(), opened, NOW, 5);
    assertThat(ledger.planDisks(id(job), plan.point(), opened, NOW + 9, 6)).isEqualTo(disks);
    RoundDisk data = disks.get(0);
    assertThat(data.change()).isEqualTo(ChangeSource.FULL);
    assertThat(data.replica().base()).isNull();
    RoundDisk root = disks.get(1);
    assertThat(root.change()).isEqualTo(ChangeSource.BITMAP);
    assertThat(root.replica().base()).isEqualTo(first.point());
    assertThat(root.replica().baseRoot()).isEqualTo("root-1");
    assertThat(daos.recoveryPoints().disks(plan.point().value()).get(0).reason())
        .isEqualTo("size changed since point 1: 1024 MiB, now 3072 MiB");

    assertThatThrownBy(() -> ledger.recordAvailable(id(job), plan.point()))
        .is(failure(FailureType.NOT_FOUND)); // not sealed
    seal(job, plan, disks);
    ledger.recordAvailable(id(job), plan.point());
    ledger.recordAvailable(id(job), plan.point());
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    ledger.dropPoint(id(job));
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    ledger.completeRound(id(job), plan.point(), List.of());
    JobRow ended = daos.jobs().find(job.id()).orElseThrow();
    assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(Objects.requireNonNull(ended.result()).at("/bytes/wire").asLong()).isEqualTo(200);
  }

  /** Keeps the last two, and what is held. */
  @Test
  void whatRetentionDoesNotKeepIsPurgedByTheNextRound() {
    RoundPlan first = round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    daos.recoveryPoints().setHeld(first.point().value(), true, "for the audit");
    round(List.of(ROOT));
    round(List.of(ROOT));
    assertThat(point(first).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.RETIRED);

    JobRow job = accept(JobKind.REPLICATE_GROUP);
    List<StoredReplica> retired = ledger.retiredReplicas(id(job), groupId(), null);
    assertThat(retired).hasSize(1);
    assertThat(retired.get(0).replica().point()).isEqualTo(second.point());
    assertThat(retired.get(0).host().name()).isEqualTo(keeper.name());
    ledger.recordPurged(retired);
    ledger.recordPurged(retired);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.PURGED);
    assertThat(ledger.retiredReplicas(id(job), groupId(), null)).isEmpty();
  }

  @Test
  void whatARunLeftHalfMadeIsRetiredByTheNextHolder() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0);
    jobs.endJob(
        id(job), JobOutcome.of(JobState.FAILED, null, false, List.of("a replica")), List.of());
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.RETIRED);
    JobRow next = accept(JobKind.REPLICATE_GROUP);
    assertThat(ledger.retiredReplicas(id(next), groupId(), null)).hasSize(1);
  }

  /** A lost run that is started again must not write into what is sealed: it publishes it. */
  @Test
  void aRunThatBeginsAnewPublishesWhatIsSealed() {
    RoundPlan before = round(List.of(ROOT));
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    assertThat(plan.sealed()).isFalse();
    seal(job, plan, ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0));
    RoundPlan again = ledger.planRound(id(job), groupId());
    assertThat(again.sealed()).isTrue();
    assertThat(again.members()).isEqualTo(plan.members());
    ledger.recordAvailable(id(job), plan.point());
    RoundPlan published = ledger.planRound(id(job), groupId());
    assertThat(published.sealed()).isTrue();
    assertThat(published.members().get(0).backup().base()).isEqualTo(before.point());
    ledger.dropPoint(id(job));
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.AVAILABLE);
  }

  /** Its views may have been opened anew: of the moment before, nothing is shown. */
  @Test
  void aRunThatBeginsAnewShowsTheMomentOfItsOwnViews() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    List<RoundDisk> disks =
        ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 5);
    List<OpenedMember> again = opened(plan, List.of(ROOT));
    assertThat(ledger.planDisks(id(job), plan.point(), again, NOW + 9000, 6)).isEqualTo(disks);
    assertThat(point(plan).takenAt()).isEqualTo(Instant.ofEpochMilli(NOW + 9000));
    assertThat(point(plan).windowMillis()).isEqualTo(6);
  }

  /** What is undone behind the seal is nobody's to recover from. */
  @Test
  void aSealedPointThatIsUndoneIsRetired() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    seal(job, plan, ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0));
    ledger.dropPoint(id(job));
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.RETIRED);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NOT_FOUND));
    JobRow next = accept(JobKind.REPLICATE_GROUP);
    assertThat(ledger.retiredReplicas(id(next), groupId(), null)).hasSize(1);
  }

  /** Its point is not what it says; an older one will do, when it is compared. */
  @Test
  void aBaseThatTheTargetRefusesIsBrokenAndReplaced() {
    RoundPlan first = round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    RoundDisk refused =
        ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0).get(0);
    RoundDisk compared = ledger.replaceBase(id(job), refused, "it has another root");

    assertThat(ledger.replaceBase(id(job), refused, "it has another root")).isEqualTo(compared);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.BROKEN);
    assertThat(compared.change()).isEqualTo(ChangeSource.HASHES);
    assertThat(compared.replica().base()).isEqualTo(first.point());
    RoundDisk full = ledger.replaceBase(id(job), compared, "this one, too");
    assertThat(full.change()).isEqualTo(ChangeSource.FULL);
    assertThat(full.replica().base()).isNull();
  }

  /** The backup's bitmap counts from a point that was found broken meanwhile. */
  @Test
  void aBitmapIsNeverAppliedToAnotherPoint() {
    RoundPlan first = round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    daos.recoveryPoints().setState(second.point().value(), RecoveryPointState.BROKEN);
    RoundDisk disk =
        ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0).get(0);
    assertThat(disk.change()).isEqualTo(ChangeSource.HASHES);
    assertThat(disk.replica().base()).isEqualTo(first.point());
  }

  @Test
  void aFlippedBitMakesThePointBroken() {
    RoundPlan made = round(List.of(ROOT));
    assertThat(verdict(made, new VerifiedDisk(instanceId(made), "root", "root-1", null)))
        .isEqualTo("INTACT");
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(point(made).verifiedAt()).isNotNull();
    assertThat(verdict(made, new VerifiedDisk(instanceId(made), "root", null, "leaf 7 is wrong")))
        .isEqualTo("BROKEN");
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.BROKEN);
    assertThat(daos.protectionGroups().view(group.id()).orElseThrow().restorableAt()).isNull();
  }

  @Test
  void anInstanceThatIsGoneIsSaidAndARoundWithoutAnyFails() {
    round(List.of(ROOT));
    UUID other = placed();
    daos.protectionGroups().tryInsertMember(other, group.id(), 1);
    daos.instances().delete(instance);
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    assertThat(plan.members()).hasSize(1);
    assertThat(plan.departed()).isEmpty(); // its checkpoint went with it
    assertThat(point(plan).notes()).first().asString().contains("was deleted since");
    ledger.dropPoint(id(job));
    daos.instances().delete(other);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NOT_FOUND));
  }

  @Test
  void aDeletedGroupIsKeptForItsPointsUnlessTheyArePurged() {
    RoundPlan made = round(List.of(ROOT));
    JobRow keep = accept(JobKind.DELETE_GROUP);
    GroupRemains remains = ledger.groupRemains(id(keep), groupId());
    assertThat(remains.checkpoints()).hasSize(1);
    assertThat(remains.checkpoints().get(0).backup().point()).isEqualTo(made.point());
    assertThat(remains.replicas()).isEmpty();
    assertThat(ledger.leftReplicas(id(keep), groupId())).isEmpty();
    ledger.completeDeleteGroup(id(keep), groupId(), List.of());
    ledger.completeDeleteGroup(id(keep), groupId(), List.of());
    assertThat(daos.protectionGroups().members(group.id())).isEmpty();
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(claimed()).isZero();

    JobRow purge =
        daos.jobs()
            .accept(
                JobRow.pending(
                    UUID.randomUUID(),
                    JobKind.DELETE_GROUP,
                    TargetType.PROTECTION_GROUP,
                    group.id(),
                    group.name(),
                    JsonNodeFactory.instance.objectNode().put("purge", true),
                    "tester",
                    Inventory.now()),
                JobKind.DELETE_GROUP.steps());
    List<StoredReplica> left = ledger.leftReplicas(id(purge), groupId());
    assertThat(left).hasSize(1);
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.RETIRED); // offered to nobody
    ledger.recordPurged(left);
    assertThat(ledger.leftReplicas(id(purge), groupId())).isEmpty();
    ledger.completeDeleteGroup(id(purge), groupId(), List.of());
    assertThat(daos.protectionGroups().findById(group.id())).isEmpty();
    assertThat(daos.recoveryPoints().findById(made.point().value())).isEmpty();
  }

  private String verdict(RoundPlan made, VerifiedDisk found) {
    JobRow job =
        inventory.accept(
            JobKind.VERIFY_POINT, TargetType.RECOVERY_POINT, made.point().value(), "p");
    assertThat(ledger.pointReplicas(made.point())).hasSize(1);
    ledger.completeVerification(id(job), made.point(), List.of(found), List.of());
    return Objects.requireNonNull(daos.jobs().find(job.id()).orElseThrow().result())
        .path("verdict")
        .asText();
  }
}
