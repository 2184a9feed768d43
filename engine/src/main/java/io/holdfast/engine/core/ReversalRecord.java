package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.LostWriteRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.ReversedInstanceRow;
import java.util.List;
import java.util.UUID;

/** What a run did about the direction of a plan; empty for one that does not turn it. */
public record ReversalRecord(
    List<ReversedGroupRow> groups, List<ReversedInstanceRow> instances, List<LostWriteRow> lost) {
  static ReversalRecord of(Daos daos, UUID run) {
    return new ReversalRecord(
        daos.reversals().groups(run), daos.reversals().instances(run), daos.reversals().lost(run));
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
