package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.temporal.activity.ActivityInterface;

/** The target's side of a recovery point. Queue: that of the host that keeps the replicas. */
@ActivityInterface
public interface ReplicaActivities {
  /**
   * Makes the private clone that a stream writes into, from the base when there is one, and lets
   * that stream in. A clone that is there is kept with what it holds. Without a base, what an
   * earlier attempt has left of the disk is taken up, see {@link #keepReplica}: it is read again,
   * and what of it is the disk's by SHA-256 is not sent. Fails with REPLICA_REFUSED when the base
   * is not here or has another root, REPLICA_SEALED when it is whole, STORAGE_FULL, STORAGE_FAILED.
   */
  OpenedReplica openReplica(ReplicaSpec replica);

  /**
   * Makes the replica durable, proves its root from its leaves and gives it its final name. One
   * that is sealed is read back. Fails with REPLICA_REFUSED when the stream did not end.
   */
  SealedReplica sealReplica(ReplicaSpec replica);

  /** Reads the whole replica again. Fails with REPLICA_BROKEN, which names the first wrong leaf. */
  SealedReplica verifyReplica(ReplicaSpec replica);

  /**
   * Makes a disk of an instance from a replica, named as {@link VolumeActivities#createVolumes}
   * names it, which then adopts it. The disk stands alone: replicas may go, and nothing of a backup
   * is left in it. One that is there is read back. Answers with the bytes that the guest sees. A
   * clone that is to be read is made of nothing but what was sealed, else REPLICA_BROKEN. Fails
   * with NOT_FOUND when there is no such replica, REPLICA_REFUSED when its seal is another one,
   * STORAGE_FULL, STORAGE_FAILED.
   */
  long cloneReplica(ReplicaClone clone);

  /**
   * Makes a replica of a disk of an instance that is off here, whose file is not written to: a
   * clone where files share extents. All of it is read, and must have the root that is expected.
   * One that is there is read back. Fails with NOT_FOUND when there is no such disk,
   * REPLICA_REFUSED when it has another root, STORAGE_FULL, STORAGE_FAILED.
   */
  SealedReplica adoptDisk(DiskAdoption adoption);

  /**
   * What a sealed replica has and its base here has not, by their leaves: no disk is read. Without
   * a base: all that is not zeros. Fails with NOT_FOUND when one of them is not here.
   */
  LostWrites compareReplica(ReplicaSpec replica);

  /** Removes the replica of this disk, a half made one and its leaves too; none is no error. */
  void deleteReplica(RecoveryPointId point, InstanceId instance, String disk, String pool);

  /**
   * Removes the replica of this disk, but for what is here of the disk itself, sealed or half made:
   * that is kept for a day, in the place of what was kept of the disk before, for the next attempt
   * to bring the disk here. Until then it is a leftover. What stands on another file is not kept;
   * none is no error. {@link #deleteReplica} removes it, too.
   */
  void keepReplica(RecoveryPointId point, InstanceId instance, String disk, String pool);
}
