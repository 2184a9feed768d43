package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.protection.RetentionPlanner;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Retires what a group's retention does not keep, in the transaction that publishes a point. */
final class PointRetention {
  /** How many numbers back a PURGED point is still told of. */
  private static final long TOLD = 100;

  private final Daos daos;

  PointRetention(Daos daos) {
    this.daos = daos;
  }

  /**
   * A BROKEN point goes, too: there is a newer one that may be recovered from. One that a job reads
   * at this moment stays until the next round; one that an instance was recovered from stays while
   * its old disks, which are compared with it, are in the group.
   */
  void apply(UUID groupId) {
    ProtectionGroupRow group =
        daos.protectionGroups()
            .findById(groupId)
            .orElseThrow(() -> Rounds.missing("There is no such protection group"));
    List<RecoveryPointRow> points = daos.recoveryPoints().lockOfGroup(groupId);
    Set<UUID> wanted = new HashSet<>(daos.recoveryPoints().readOfGroup(groupId));
    wanted.addAll(daos.recoveryPoints().promotedOfGroup(groupId));
    List<RetentionPlanner.Point> available =
        points.stream()
            .filter(point -> point.state() == RecoveryPointState.AVAILABLE)
            .map(
                point ->
                    new RetentionPlanner.Point(
                        point.number(),
                        Objects.requireNonNull(point.takenAt(), "taken"),
                        point.held() || wanted.contains(point.id())))
            .toList();
    Set<Long> retires = Set.copyOf(RetentionPlanner.plan(group.retention(), available).retires());
    for (RecoveryPointRow point : points) {
      boolean broken =
          point.state() == RecoveryPointState.BROKEN
              && !point.held()
              && !wanted.contains(point.id());
      if (broken || retires.contains(point.number())) {
        daos.recoveryPoints().setState(point.id(), RecoveryPointState.RETIRED);
      }
    }
    daos.recoveryPoints().forgetPurged(groupId, TOLD);
  }
}
