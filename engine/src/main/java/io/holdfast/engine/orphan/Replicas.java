package io.holdfast.engine.orphan;

import io.holdfast.engine.db.CensusItemRow;
import io.holdfast.engine.db.ReplicaRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.db.WorkRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's replicas. A group's rounds make and remove them all the time, so those of a group
 * that has worked since the census are not judged by it.
 */
final class Replicas {
  /** As the host names its file; see ReplicaNames. */
  private static final String KEPT = "\\S+\\.kept";

  private final Map<UUID, List<ReplicaRow>> points = new HashMap<>();
  private final Set<UUID> groups = new HashSet<>();

  Replicas(List<ReplicaRow> rows) {
    for (ReplicaRow row : rows) {
      points.computeIfAbsent(row.pointId(), id -> new ArrayList<>()).add(row);
      groups.add(row.groupId());
    }
  }

  /**
   * Null for what is where the ledger says.
   *
   * @param work that has not ended, or only since the census began
   */
  @Nullable String why(UUID host, CensusItemRow item, List<WorkRow> work) {
    List<ReplicaRow> point = points.getOrDefault(item.ownerId(), List.of());
    boolean known =
        point.stream()
            .anyMatch(
                row ->
                    item.name().equals(row.name())
                        && host.equals(row.hostId())
                        && item.place().equals(row.pool()));
    if (known || work.stream().anyMatch(each -> mayBeOf(each, point) || copies(each, item))) {
      return null;
    }
    if (item.detail().matches(KEPT)) {
      return "a move that was undone has copied it; another one to this host within a day takes it up";
    }
    return point.isEmpty()
        ? "no recovery point has this id"
        : "its recovery point has no replica of this disk here";
  }

  /** A migration's copies are replicas of no point; see DiskCopies. */
  private static boolean copies(WorkRow work, CensusItemRow item) {
    return work.targetType() == TargetType.INSTANCE
        && item.name().startsWith(work.targetId() + "-");
  }

  /** A point that is gone may be of a group that went with it. */
  private boolean mayBeOf(WorkRow work, List<ReplicaRow> point) {
    return work.targetType() == TargetType.PROTECTION_GROUP
        && (point.isEmpty()
            ? !groups.contains(work.targetId())
            : point.get(0).groupId().equals(work.targetId()));
  }
}
