package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.RunKind;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Nobody reads a newer moment from what a recovery has taken, or is taking. */
class TakenInstanceRoundTest extends RoundLedgerFixture {
  private final JobRow job = accept(JobKind.REPLICATE_GROUP);

  @Test
  void aRoundEndsOnceItsInstanceIsTaken() {
    RoundPlan plan = ledger.planRound(id(job), groupId());
    ledger.requireOwned(id(job), plan.point());
    take(instance);
    assertThatThrownBy(() -> ledger.requireOwned(id(job), plan.point()))
        .is(failure(FailureType.NOT_FOUND));
    assertThatThrownBy(
            () -> ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0))
        .is(failure(FailureType.NOT_FOUND));
    assertThat(daos.recoveryPoints().disks(plan.point().value())).isEmpty();
  }

  /** However far the round was: what took over has not got what it shows. */
  @Test
  void aPointOfATakenInstanceIsNotPublished() {
    RoundPlan plan = ledger.planRound(id(job), groupId());
    seal(job, plan, ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0));
    take(instance);
    assertThatThrownBy(() -> ledger.recordAvailable(id(job), plan.point()))
        .is(failure(FailureType.NOT_FOUND));
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NOT_FOUND));
    ledger.dropPoint(id(job));
    assertThat(point(plan).state()).isEqualTo(RecoveryPointState.RETIRED);
  }

  @Test
  void theOthersOfItsGroupAreReplicatedWithoutIt() {
    UUID other = placed();
    daos.protectionGroups().tryInsertMember(other, group.id(), 1);
    RoundPlan before = round(List.of(ROOT));
    UUID promotion = take(instance);
    JobRow without = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(without), groupId());
    assertThat(plan.members()).extracting(TakenInstanceRoundTest::instance).containsExactly(other);
    assertThat(plan.departed()).isEmpty(); // nobody writes to its disks
    assertThat(point(plan).notes()).singleElement().asString().contains("is left out");
    ledger.requireOwned(id(without), plan.point());

    daos.ownerships().giveBack(promotion);
    RoundPlan with = ledger.planRound(id(accept(JobKind.REPLICATE_GROUP)), groupId());
    assertThat(with.members())
        .extracting(TakenInstanceRoundTest::instance)
        .containsExactly(instance, other);
    assertThat(with.members().get(0).backup().base()).isEqualTo(before.point());
  }

  @Test
  void aGroupOfTakenInstancesHasNoRounds() {
    take(instance);
    assertThatThrownBy(() -> ledger.planRound(id(job), groupId()))
        .is(failure(FailureType.NOT_FOUND));
  }

  /** The old disks are compared with it, once their host is back. */
  @Test
  void thePointThatAnotherInstanceTookOverFromIsKept() {
    daos.protectionGroups().tryInsertMember(placed(), group.id(), 1);
    RoundPlan promoted = round(List.of(ROOT));
    RecoveryPlanRow plan = RecoveryRuns.plan(daos, target, Member.of(instance, "db"));
    JobId run =
        RecoveryRuns.accept(
            daos, plan, RunKind.DISASTER_RECOVERY, JobKind.FAILOVER_PLAN, job.request().deepCopy());
    RecoveryRuns.promote(daos, run, instance, placed(), point(promoted));
    jobs.endJob(run, JobOutcome.of(JobState.FAILED, null, false, List.of()), List.of());
    take(instance);
    round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    round(List.of(ROOT));
    round(List.of(ROOT));
    assertThat(point(promoted).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.RETIRED);
    daos.protectionGroups()
        .retainMembers(
            group.id(), List.of(daos.protectionGroups().members(group.id()).get(1).instanceId()));
    round(List.of(ROOT));
    assertThat(point(promoted).state()).isEqualTo(RecoveryPointState.RETIRED);
  }

  /** As a promotion does before it makes anything. */
  private UUID take(UUID taken) {
    UUID promotion = UUID.randomUUID();
    database.useTransaction(
        in -> {
          in.instances().lock(taken);
          in.ownerships().fence(taken, promotion, Inventory.now());
        });
    return promotion;
  }

  private static UUID instance(RoundMember member) {
    return member.backup().instance().value();
  }
}
