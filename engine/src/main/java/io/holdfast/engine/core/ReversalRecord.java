package io.holdfast.engine.core;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.LostWriteRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.ReversedInstanceRow;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a run did about the direction of a plan; empty for one that does not turn it. */
public record ReversalRecord(
    List<ReversedGroupRow> groups, List<ReversedInstanceRow> instances, List<LostWriteRow> lost) {
  static final ReversalRecord NONE = new ReversalRecord(List.of(), List.of(), List.of());

  /** Of those of the runs that turn one, by their ids. */
  static Map<UUID, ReversalRecord> of(Daos daos, List<UUID> runs) {
    Map<UUID, List<ReversedInstanceRow>> instances =
        daos.reversals().instancesOf(runs).stream().collect(groupingBy(ReversedInstanceRow::runId));
    Map<UUID, List<LostWriteRow>> lost =
        daos.reversals().lostOf(runs).stream().collect(groupingBy(LostWriteRow::runId));
    return daos.reversals().groupsOf(runs).stream()
        .collect(
            groupingBy(
                ReversedGroupRow::runId,
                collectingAndThen(
                    toList(),
                    groups -> {
                      UUID run = groups.get(0).runId();
                      return new ReversalRecord(
                          groups,
                          instances.getOrDefault(run, List.of()),
                          lost.getOrDefault(run, List.of()));
                    })));
  }

  /** Of the group that an instance is in. */
  public ReversedGroupRow group(ReversedInstanceRow instance) {
    return groups.stream()
        .filter(group -> group.groupId().equals(instance.groupId()))
        .findFirst()
        .orElseThrow();
  }

  /** Of an instance, a row for each disk. */
  public List<LostWriteRow> lost(ReversedInstanceRow instance) {
    return lost.stream().filter(row -> row.instanceId().equals(instance.sourceId())).toList();
  }
}
