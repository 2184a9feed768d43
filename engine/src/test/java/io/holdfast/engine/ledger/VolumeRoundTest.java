package io.holdfast.engine.ledger;

import static io.holdfast.engine.ledger.FailureConditions.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.VolumeId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A volume is one more disk of its instance's points. */
class VolumeRoundTest extends RoundLedgerFixture {
  private final VolumeRow volume = inventory.attached(instance, source, "large", 3);
  private final String disk = new VolumeId(volume.id()).disk();

  @Test
  void itsRoomIsClaimedAndThePointSaysWhichItIs() {
    RoundPlan first = round(List.of(ROOT, of(ChangeSource.FULL)));
    assertThat(claimed()).isEqualTo(5 * Inventory.GIB);
    assertThat(row(first).volumeId()).isEqualTo(volume.id());
    assertThat(row(first).volumeName()).isEqualTo(volume.name());
    assertThat(row(first).pool()).isEqualTo("default");

    RoundDisk delta = planned(List.of(ROOT, of(ChangeSource.BITMAP)));
    assertThat(delta.change()).isEqualTo(ChangeSource.BITMAP);
    assertThat(delta.replica().base()).isEqualTo(first.point());
  }

  /** What it noted of its changes is of the instance that had it meanwhile. */
  @Test
  void oneThatWasTakenAndGivenBackIsCompared() {
    RoundPlan first = round(List.of(ROOT, of(ChangeSource.FULL)));
    Instant since = Instant.ofEpochMilli(NOW).plusSeconds(1);
    daos.volumes().setInstance(volume.id(), null, since);
    daos.volumes().setInstance(volume.id(), instance, since);
    RoundPlan plan = begun(List.of(ROOT, of(ChangeSource.BITMAP)));
    assertThat(row(plan).changeSource()).isEqualTo(ChangeSource.HASHES);
    assertThat(row(plan).baseId()).isEqualTo(first.point().value());
    assertThat(row(plan).reason()).endsWith("the volume was attached since");
  }

  @Test
  void oneThatWasTakenIsMissedByItsName() {
    round(List.of(ROOT, of(ChangeSource.FULL)));
    daos.volumes().setInstance(volume.id(), null, Inventory.now());
    RoundPlan plan = begun(List.of(ROOT));
    assertThat(daos.recoveryPoints().disks(plan.point().value())).hasSize(1);
    assertThat(point(plan).notes())
        .singleElement()
        .asString()
        .endsWith(": volume " + volume.name() + " was removed since the last point");
    round(List.of(ROOT));
    assertThat(claimed()).isEqualTo(2 * Inventory.GIB);
  }

  /** Of another instance's disk it has no base, and a bitmap is nothing without. */
  @Test
  void oneThatIsNewIsSentWhole() {
    round(List.of(ROOT));
    RoundDisk sent = planned(List.of(ROOT, of(ChangeSource.BITMAP)));
    assertThat(sent.change()).isEqualTo(ChangeSource.FULL);
    assertThat(sent.replica().base()).isNull();
  }

  @Test
  void oneThatItsDomainHasNotGotIsSaid() {
    RoundPlan plan = begun(List.of(ROOT));
    assertThat(point(plan).notes())
        .singleElement()
        .asString()
        .contains("volume " + volume.name() + " is not in this point");
  }

  /** Else half of the point would be of one moment, and half of another. */
  @Test
  void aRunThatBeginsAnewAndSeesOtherDisksEnds() {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    List<BackupDisk> all = List.of(ROOT, of(ChangeSource.FULL));
    List<RoundDisk> disks = ledger.planDisks(id(job), plan.point(), opened(plan, all), NOW, 0);
    assertThat(ledger.planDisks(id(job), plan.point(), opened(plan, all), NOW, 0)).isEqualTo(disks);
    for (BackupDisk other :
        List.of(disk(disk, 4, ChangeSource.FULL), disk("x", 3, ChangeSource.FULL))) {
      assertThatThrownBy(
              () ->
                  ledger.planDisks(
                      id(job), plan.point(), opened(plan, List.of(ROOT, other)), NOW, 0))
          .is(failure(FailureType.NOT_FOUND));
    }
  }

  private BackupDisk of(ChangeSource change) {
    return disk(disk, 3, change);
  }

  private RoundPlan begun(List<BackupDisk> disks) {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    ledger.planDisks(id(job), plan.point(), opened(plan, disks), NOW, 0);
    return plan;
  }

  /** How the volume goes in a round. */
  private RoundDisk planned(List<BackupDisk> disks) {
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    RoundPlan plan = ledger.planRound(id(job), groupId());
    return ledger.planDisks(id(job), plan.point(), opened(plan, disks), NOW, 0).stream()
        .filter(each -> each.replica().disk().equals(disk))
        .findFirst()
        .orElseThrow();
  }

  private RecoveryPointDiskRow row(RoundPlan plan) {
    return daos.recoveryPoints().disks(plan.point().value()).stream()
        .filter(each -> each.disk().equals(disk))
        .findFirst()
        .orElseThrow();
  }
}
