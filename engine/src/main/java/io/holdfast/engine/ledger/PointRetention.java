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
import java.util.function.Predicate;

/** Retires what a group's retention does not keep, in the transaction that publishes a point. */
final class PointRetention {
  /** How many numbers back a PURGED point is still told of. */
  private static final long TOLD = 100;

  private final Daos daos;

  PointRetention(Daos daos) {
    this.daos = daos;
  }

  /**
   * A BROKEN point goes, too: there is a newer one that may be recovered from. One that nobody has
   * read since may be good; it goes when the points that are kept would leave no place for it, and
   * takes none of theirs. One that a job reads at this moment stays until the next round; one that
   * an instance was recovered from stays while its old disks, which are compared with it, are in
   * the group. Of an instance that rounds leave out, since nobody knows where it is, the newest one
   * stays.
   */
  void apply(UUID groupId) {
    ProtectionGroupRow group =
        daos.protectionGroups()
            .findById(groupId)
            .orElseThrow(() -> Rounds.missing("There is no such protection group"));
    List<RecoveryPointRow> points = daos.recoveryPoints().lockOfGroup(groupId);
    Set<UUID> condemned = daos.recoveryPoints().condemnedOfGroup(groupId);
    Predicate<RecoveryPointRow> available = point -> point.state() == RecoveryPointState.AVAILABLE;
    Predicate<RecoveryPointRow> perhaps =
        point -> point.state() == RecoveryPointState.BROKEN && !condemned.contains(point.id());
    Set<UUID> wanted = wanted(groupId);
    Set<Long> kept = kept(group, points, available, wanted);
    Set<Long> besides = kept(group, points, available.or(perhaps), wanted);
    for (RecoveryPointRow point : points) {
      boolean stays =
          point.held()
              || wanted.contains(point.id())
              || kept.contains(point.number())
              || (perhaps.test(point) && besides.contains(point.number()));
      if (isWhole(point) && !stays) {
        daos.recoveryPoints().setState(point.id(), RecoveryPointState.RETIRED);
      }
    }
    daos.recoveryPoints().forgetPurged(groupId, TOLD);
  }

  private Set<UUID> wanted(UUID group) {
    Set<UUID> wanted = new HashSet<>(daos.recoveryPoints().readOfGroup(group));
    wanted.addAll(daos.recoveryPoints().promotedOfGroup(group));
    wanted.addAll(daos.recoveryPoints().undecidedOfGroup(group));
    return wanted;
  }

  private static boolean isWhole(RecoveryPointRow point) {
    return point.state() == RecoveryPointState.AVAILABLE
        || point.state() == RecoveryPointState.BROKEN;
  }

  /** Numbers of those that retention keeps of these. */
  private static Set<Long> kept(
      ProtectionGroupRow group,
      List<RecoveryPointRow> points,
      Predicate<RecoveryPointRow> among,
      Set<UUID> wanted) {
    List<RetentionPlanner.Point> asked =
        points.stream()
            .filter(among)
            .map(
                point ->
                    new RetentionPlanner.Point(
                        point.number(),
                        Objects.requireNonNull(point.takenAt(), "taken"),
                        point.held() || wanted.contains(point.id())))
            .toList();
    return RetentionPlanner.plan(group.retention(), asked).keeps().keySet();
  }
}
