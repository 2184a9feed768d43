package io.holdfast.engine.orphan;

import io.holdfast.engine.db.HoldingRow;
import io.holdfast.engine.db.ReplicaRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.db.WorkRow;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The ledger's side of the comparison, read in one transaction.
 *
 * @param work jobs that have not ended, or only after the oldest census began
 */
public record Books(
    List<HoldingRow> instances,
    List<VolumeRow> volumes,
    Set<UUID> images,
    List<SnapshotRow> snapshots,
    List<ReplicaRow> replicas,
    List<WorkRow> work) {}
