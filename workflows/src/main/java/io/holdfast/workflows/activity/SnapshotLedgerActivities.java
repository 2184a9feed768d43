package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.TakenSnapshot;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * Inventory and claims of snapshots, by the rules of {@link LedgerActivities}: local activities,
 * one transaction each, and each may run twice.
 */
@ActivityInterface
public interface SnapshotLedgerActivities {
  /**
   * Claims as much space as the instance's disks have, in their pool. Fails with QUOTA_EXCEEDED,
   * NO_CAPACITY, NOT_FOUND.
   */
  SnapshotOrder reserveSnapshot(JobId job, SnapshotId snapshot);

  /** Gives the space back; nothing claimed is no error. */
  void releaseSnapshot(SnapshotId snapshot);

  /** Records what was taken, and claims no more than its files take. */
  void completeSnapshot(
      JobId job, SnapshotId snapshot, TakenSnapshot taken, List<StepUpdate> updates);

  /** Fails with NOT_FOUND when the snapshot is not there. */
  SnapshotOrder snapshotOrder(JobId job, SnapshotId snapshot);

  /**
   * The disks that an instance starts as which is made of a snapshot. Fails with NOT_FOUND (no such
   * snapshot any more, or the instance has no place).
   */
  List<SnapshotClone> snapshotClones(JobId job, InstanceId instance);

  void completeRestore(JobId job, SnapshotId snapshot, PowerState power, List<StepUpdate> updates);

  /** Removes the snapshot's row, and its claim with it. */
  void completeDeleteSnapshot(JobId job, SnapshotId snapshot, List<StepUpdate> updates);
}
