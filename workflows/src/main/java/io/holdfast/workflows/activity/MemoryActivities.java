package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.model.WokenGuest;
import io.temporal.activity.ActivityInterface;

/**
 * Snapshots that have the guest's memory beside its disks. The files of such a one are a snapshot's
 * in all else, see {@link SnapshotActivities}. Queue: the host's.
 */
@ActivityInterface
public interface MemoryActivities {
  /**
   * As {@link SnapshotActivities#takeSnapshot}, with the memory of that same moment. The guest goes
   * on whatever dies meanwhile. Fails with DISKS_BUSY (a round of replication reads its disks),
   * INSTANCE_MUST_RUN, SNAPSHOT_UNSUPPORTED (it has a volume, or its memory cannot be written in
   * the time that a guest may stand still), NOT_FOUND, STORAGE_FULL, STORAGE_FAILED,
   * LIBVIRT_REFUSED, LIBVIRT_UNAVAILABLE.
   */
  TakenSnapshot takeMemory(SnapshotSpec snapshot);

  /**
   * The undo: ends what still takes it, has the guest write to its own disks again, and removes all
   * files of the snapshot. None is no error.
   */
  void abandonMemory(SnapshotSpec snapshot);

  /**
   * Whether the guest could go on from the snapshot, as its instance and this host are now; changes
   * nothing. Fails with MEMORY_UNFIT and every reason, NOT_FOUND.
   */
  void checkMemory(SnapshotSpec snapshot);

  /**
   * Has the guest go on from the memory, on disks that {@link SnapshotActivities#restoreDisks} has
   * put in place. A guest that runs already does so from an earlier call; one that went down since
   * gets the snapshot's disks anew first, for it may have written to them. Fails with NOT_FOUND,
   * OWNERSHIP_LOST, OWNERSHIP_UNCONFIRMED, LIBVIRT_REFUSED, LIBVIRT_UNAVAILABLE, STORAGE_FULL.
   */
  WokenGuest wakeGuest(SnapshotSpec snapshot);
}
