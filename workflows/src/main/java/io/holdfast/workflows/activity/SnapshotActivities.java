package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.TakenSnapshot;
import io.temporal.activity.ActivityInterface;

/**
 * Snapshots of instances, as files of their own beside the instance's disks, on which nothing else
 * stands. Queue: the host's.
 */
@ActivityInterface
public interface SnapshotActivities {
  /**
   * Copies all disks of the instance as of one moment. One that is there whole is adopted; a half
   * made one is thrown away, since its disks may be of two moments. A guest that runs is held still
   * for as long as it takes to clone the files; it goes on whatever dies meanwhile. Fails with
   * NOT_FOUND (no such instance or pool), SNAPSHOT_UNSUPPORTED (the guest runs and its pool cannot
   * clone files), STORAGE_FULL, STORAGE_FAILED, LIBVIRT_REFUSED, LIBVIRT_UNAVAILABLE.
   */
  TakenSnapshot takeSnapshot(SnapshotSpec snapshot);

  /**
   * Makes a snapshot whole whose disks were brought to this host, each by {@link
   * ReplicaActivities#cloneReplica} under the name that {@link SnapshotId#disk} gives it. One that
   * is there whole is left. Its memory came as a disk {@link SnapshotId#MEMORY}, and becomes a file
   * again. Fails with NOT_FOUND when one of its disks is not there, STORAGE_FULL.
   */
  void adoptSnapshot(SnapshotSpec snapshot, TakenSnapshot taken);

  /** Removes all files of the snapshot, half made ones too; none is no error. */
  void deleteSnapshot(SnapshotId snapshot, String pool);

  /**
   * Makes a disk of a new instance, as {@link ReplicaActivities#cloneReplica} does. One that is
   * there already is left as it is: a guest may have written to it. Returns its size. Fails with
   * NOT_FOUND (no whole snapshot with such a disk), STORAGE_FULL, STORAGE_FAILED.
   */
  long cloneDisk(SnapshotClone clone);

  /**
   * Puts copies of the snapshot's disks in the place of the instance's, which is off; what they
   * replace is kept beside them. A repeated call makes new copies and keeps what was replaced
   * first. Fails with NOT_FOUND (no such instance, or no whole snapshot), INSTANCE_MUST_BE_STOPPED,
   * STORAGE_FULL, STORAGE_FAILED.
   */
  void restoreDisks(SnapshotSpec snapshot);

  /**
   * Puts the replaced disks back, all of them; nothing when none was replaced, or {@link
   * #dropReplacedDisks} has begun.
   */
  void returnDisks(SnapshotSpec snapshot);

  /** Removes the replaced disks: from the first moment on the restored ones stay. */
  void dropReplacedDisks(SnapshotSpec snapshot);
}
