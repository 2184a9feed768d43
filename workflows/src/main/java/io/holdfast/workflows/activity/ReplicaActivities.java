package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SealedReplica;
import io.temporal.activity.ActivityInterface;

/** The target's side of a recovery point. Queue: that of the host that keeps the replicas. */
@ActivityInterface
public interface ReplicaActivities {
  /**
   * Makes the private clone that a stream writes into, from the base when there is one, and lets
   * that stream in. A clone that is there is kept with what it holds. Fails with REPLICA_REFUSED
   * when the base is not here or has another root, STORAGE_FULL, STORAGE_FAILED.
   */
  OpenedReplica openReplica(ReplicaSpec replica);

  /**
   * Makes the replica durable, proves its root from its leaves and gives it its final name. One
   * that is sealed is read back. Fails with REPLICA_REFUSED when the stream did not end.
   */
  SealedReplica sealReplica(ReplicaSpec replica);

  /** Reads the whole replica again. Fails with REPLICA_BROKEN, which names the first wrong leaf. */
  SealedReplica verifyReplica(ReplicaSpec replica);

  /** Removes the replica of this disk, a half made one and its leaves too; none is no error. */
  void deleteReplica(RecoveryPointId point, InstanceId instance, String disk, String pool);
}
