package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StoredReplica;

/** Replicas that are there, whichever job made them. */
final class Replicas {
  private Replicas() {}

  /** By a stub of the host that keeps it. */
  static void delete(ReplicaActivities host, StoredReplica one) {
    ReplicaSpec replica = one.replica();
    host.deleteReplica(replica.point(), replica.instance(), replica.disk(), replica.pool());
  }
}
