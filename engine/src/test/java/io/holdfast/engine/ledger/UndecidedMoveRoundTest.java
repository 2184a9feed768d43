package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MigrationRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Where a move has left it undecided the ledger's host may have old disks: nobody reads these. */
class UndecidedMoveRoundTest extends RoundLedgerFixture {
  private final UUID other = placed();

  @Test
  void theOthersOfItsGroupAreReplicatedWithoutIt() {
    daos.protectionGroups().tryInsertMember(other, group.id(), 1);
    RoundPlan before = round(List.of(ROOT));
    JobRow move = leaveUndecided(instance);
    RoundPlan plan = ledger.planRound(id(accept(JobKind.REPLICATE_GROUP)), groupId());
    assertThat(plan.members()).extracting(UndecidedMoveRoundTest::of).containsExactly(other);
    assertThat(plan.departed()).isEmpty(); // nobody writes to its disks
    assertThat(point(plan).notes())
        .singleElement()
        .asString()
        .contains("is left out", ":migrate to " + keeper.name(), move.id().toString());

    daos.migrations().delete(instance);
    RoundPlan with = ledger.planRound(id(accept(JobKind.REPLICATE_GROUP)), groupId());
    assertThat(with.members()).extracting(UndecidedMoveRoundTest::of).contains(instance, other);
    assertThat(with.members().get(0).backup().base()).isEqualTo(before.point());
  }

  @Test
  void aGroupOfNoOtherSaysTheWayOut() {
    leaveUndecided(instance);
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NOT_FOUND))
        .hasMessageContaining(":migrate to " + keeper.name());
  }

  /** While its round waited for the move that had its disks. */
  @Test
  void aRoundEndsWhenItIsLeftUndecidedMeanwhile() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    List<InstanceId> members = List.of(new InstanceId(instance));
    assertThat(ledger.areIdle(members)).isTrue();
    leaveUndecided(instance);
    assertThat(ledger.areIdle(members)).as("its overlays are nobody's to merge").isFalse();
    assertThatThrownBy(() -> ledger.requireOwned(id(job), plan.point()))
        .is(failure(FailureType.NOT_FOUND));
    assertThatThrownBy(
            () -> ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0))
        .is(failure(FailureType.NOT_FOUND));
    assertThat(daos.recoveryPoints().disks(plan.point().value())).isEmpty();
  }

  /** It shows what the instance had while it was known where it is. */
  @Test
  void aPointWhoseViewsWereOpenedBeforeIsPublished() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    seal(job, plan, ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0));
    leaveUndecided(instance);
    ledger.recordAvailable(id(job), plan.point());
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.AVAILABLE);
  }

  /** Its group keeps the last two. */
  @Test
  void itsNewestPointIsKeptWhileItIsLeftOut() {
    daos.protectionGroups().tryInsertMember(other, group.id(), 1);
    RoundPlan older = round(List.of(ROOT));
    RoundPlan newest = round(List.of(ROOT));
    leaveUndecided(instance);
    round(List.of(ROOT));
    RoundPlan without = round(List.of(ROOT));
    round(List.of(ROOT));
    assertThat(point(older).state()).isEqualTo(RecoveryPointState.RETIRED);
    assertThat(point(newest).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    daos.migrations().delete(instance);
    round(List.of(ROOT));
    assertThat(point(newest).state()).isEqualTo(RecoveryPointState.RETIRED);
    assertThat(point(without).state()).isEqualTo(RecoveryPointState.RETIRED);
  }

  private JobRow leaveUndecided(UUID moved) {
    JobRow move = inventory.accept(JobKind.MIGRATE_INSTANCE, TargetType.INSTANCE, moved, "web");
    daos.migrations()
        .insert(
            new MigrationRow(
                moved,
                move.id(),
                source.id(),
                "default",
                keeper.id(),
                "default",
                1,
                512,
                Inventory.GIB,
                false,
                true,
                false,
                false,
                Inventory.now()));
    daos.jobs().end(move.id(), JobState.FAILED, null, null, false, Inventory.now());
    return move;
  }

  private static UUID of(RoundMember member) {
    return member.backup().instance().value();
  }
}
