package io.holdfast.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Inventory;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.StoredReplica;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** More replicas that nobody wants than one answer may have. */
class RetiredReplicasTest extends RoundLedgerFixture {
  private static final int MOST = ProtectionLedgerActivities.PORTION;

  @Test
  void theyAreToldOfInPortions() {
    RoundPlan old = retired(MOST + 20);
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    List<StoredReplica> first = ledger.retiredReplicas(id(job), groupId(), List.of());
    assertThat(first).hasSize(MOST);
    ledger.recordPurged(first);
    assertThat(point(old).state()).isEqualTo(RecoveryPointState.RETIRED);
    List<StoredReplica> rest = ledger.retiredReplicas(id(job), groupId(), List.of());
    assertThat(rest).hasSize(20).doesNotContainAnyElementsOf(first);
    ledger.recordPurged(rest);
    assertThat(point(old).state()).isEqualTo(RecoveryPointState.PURGED);
  }

  /** What it does not remove must not hide for ever what other hosts would. */
  @Test
  void thoseOfAHostThatRemovesNothingAreNotToldOfAgain() {
    RoundPlan old = retired(MOST);
    UUID other = inventory.host(target, 8, 8192).id();
    daos.recoveryPoints()
        .insertDisk(Inventory.replica(old.point().value(), new UUID(-1, -1), other));
    JobRow job = accept(JobKind.REPLICATE_GROUP);
    assertThat(ledger.retiredReplicas(id(job), groupId(), null))
        .hasSize(MOST)
        .allMatch(one -> one.host().id().value().equals(keeper.id()));
    assertThat(ledger.retiredReplicas(id(job), groupId(), List.of(new HostId(keeper.id()))))
        .singleElement()
        .matches(one -> one.host().id().value().equals(other));
  }

  @Test
  void aGroupThatGoesIsToldOfInPortions() {
    RoundPlan old = retired(MOST + 20);
    JobRow job = accept(JobKind.DELETE_GROUP);
    assertThat(ledger.groupRemains(id(job), groupId()).replicas()).isEmpty();
    List<StoredReplica> first = ledger.leftReplicas(id(job), groupId());
    assertThat(first).hasSize(MOST);
    ledger.recordPurged(first);
    ledger.recordPurged(ledger.leftReplicas(id(job), groupId()));
    assertThat(ledger.leftReplicas(id(job), groupId())).isEmpty();
    assertThat(point(old).state()).isEqualTo(RecoveryPointState.PURGED);
  }

  /** A point of so many disks. */
  private RoundPlan retired(int disks) {
    RoundPlan old = round(List.of(ROOT));
    for (int i = 1; i < disks; i++) {
      daos.recoveryPoints()
          .insertDisk(Inventory.replica(old.point().value(), UUID.randomUUID(), keeper.id()));
    }
    daos.recoveryPoints().setState(old.point().value(), RecoveryPointState.RETIRED);
    return old;
  }
}
