package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.volume.VolumeClones;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Path;

/** Disks of instances that start as a replica, once its seal says that it is the right one. */
final class ReplicaClones {
  private final Pools pools;
  private final VolumeClones volumes;

  ReplicaClones(Pools pools, VolumeClones volumes) {
    this.pools = pools;
    this.volumes = volumes;
  }

  /** True when an earlier call has made it: a guest may have written to it since. */
  boolean isMade(ReplicaClone clone) throws IOException {
    return volumes.isMade(wanted(clone));
  }

  /** See {@link io.holdfast.workflows.activity.ReplicaActivities#cloneReplica}. */
  long make(ReplicaClone clone) throws IOException {
    return volumes.make(wanted(clone), () -> requireSealed(clone));
  }

  private static VolumeClones.Wanted wanted(ReplicaClone clone) {
    return new VolumeClones.Wanted(clone.instance(), clone.job(), clone.pool(), clone.disk());
  }

  private Path requireSealed(ReplicaClone clone) throws IOException {
    ReplicaSpec replica = clone.replica();
    Path folder = pools.folder(replica.pool());
    String name = ReplicaNames.name(replica);
    Path disk = ReplicaNames.disk(folder, name);
    Path leaves = ReplicaNames.leaves(folder, name);
    if (!PoolFiles.exists(disk) || !PoolFiles.exists(leaves)) {
      throw Failures.of(FailureType.NOT_FOUND, "There is no replica " + disk);
    }
    try (Manifest manifest = Manifest.open(leaves, false)) {
      String root = manifest.provenRoot();
      if (!root.equals(clone.root()) || manifest.bytes() != replica.bytes()) {
        throw Failures.of(
            FailureType.REPLICA_REFUSED,
            "Replica %s is sealed with root %s over %d bytes, not %s over %d"
                .formatted(name, root, manifest.bytes(), clone.root(), replica.bytes()));
      }
    }
    return disk;
  }
}
