package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.TargetType;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.VerifiedDisk;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A point that was taken for broken; its group keeps the last two. */
class PointVerdictTest extends RoundLedgerFixture {
  @Test
  void aPointThatIsReadAndRightIsAvailableAgain() {
    RoundPlan made = round(List.of(ROOT));
    refuse(made);
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.BROKEN);
    verify(made, "root-1");
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(daos.recoveryPoints().disks(made.point().value()))
        .extracting(RecoveryPointDiskRow::broken)
        .containsOnlyNulls();
    verify(made, "another");
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.BROKEN);
    verify(made, "root-1");
    assertThat(point(made).state()).isEqualTo(RecoveryPointState.AVAILABLE);
  }

  /** Its pool may not have been mounted. It takes no place of one that is good for certain. */
  @Test
  void aPointThatNobodyHasReadSinceIsKeptUntilNewerOnesReplaceIt() {
    RoundPlan first = round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    refuse(second);
    round(List.of(ROOT));
    assertThat(point(first).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.BROKEN);
    round(List.of(ROOT));
    assertThat(point(first).state()).isEqualTo(RecoveryPointState.RETIRED);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.RETIRED);
  }

  @Test
  void aPointThatWasReadAndIsWrongGoesWithTheNextRound() {
    RoundPlan first = round(List.of(ROOT));
    RoundPlan second = round(List.of(ROOT));
    refuse(second);
    verify(second, "another");
    round(List.of(ROOT));
    assertThat(point(first).state()).isEqualTo(RecoveryPointState.AVAILABLE);
    assertThat(point(second).state()).isEqualTo(RecoveryPointState.RETIRED);
  }

  /** As the target does when the round after it begins, which then ends. */
  private void refuse(RoundPlan base) {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    RoundDisk disk =
        ledger.planDisks(id(job), plan.point(), opened(plan, List.of(ROOT)), NOW, 0).get(0);
    assertThat(disk.replica().base()).isEqualTo(base.point());
    ledger.replaceBase(id(job), disk, "it is not there");
    ledger.dropPoint(id(job));
  }

  private void verify(RoundPlan point, String root) {
    JobRow job =
        inventory.accept(
            JobKind.VERIFY_POINT, TargetType.RECOVERY_POINT, point.point().value(), "p");
    VerifiedDisk found = new VerifiedDisk(instanceId(point), "root", root, null);
    ledger.completeVerification(id(job), point.point(), List.of(found), List.of());
  }
}
