package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.DiskCopies;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.Reflink;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.StoppedDisks;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Disks of instances that start as a replica: whole files under the names that an instance's disks
 * have. Where files share extents the replica's file is cloned; else all that its chain holds is
 * copied, so that no guest ever writes on top of a file that retention may remove.
 */
@SuppressWarnings("try") // a lock is held, not used
final class ReplicaClones {
  private final Pools pools;
  private final PoolRefresher refresher;
  private final DiskCopies copies;
  private final KeyedLocks locks;

  /** {@code locks}: one lock an instance, shared with its volumes' activities. */
  ReplicaClones(Pools pools, PoolRefresher refresher, Reflink reflink, KeyedLocks locks) {
    this.pools = pools;
    this.refresher = refresher;
    copies = new DiskCopies(reflink);
    this.locks = locks;
  }

  /** True when an earlier call has made it: a guest may have written to it since. */
  boolean isMade(ReplicaClone clone) {
    return Files.exists(
        VolumeNames.disk(pools.folder(clone.pool()), clone.instance(), clone.disk()));
  }

  /** See {@link io.holdfast.workflows.activity.ReplicaActivities#cloneReplica}. */
  long make(ReplicaClone clone) throws IOException {
    Path folder = pools.folder(clone.pool());
    Path volume = VolumeNames.disk(folder, clone.instance(), clone.disk());
    if (!Files.exists(volume)) {
      Path replica = requireSealed(clone);
      for (Path part : PoolFiles.startingWith(folder, "." + volume.getFileName() + ".")) {
        Files.deleteIfExists(part); // of a run whose worker was killed: it cannot clear it itself
      }
      make(clone, replica, volume);
      refresher.soon(clone.pool());
    }
    return readBack(clone, volume);
  }

  /** The copy goes on without the lock, which its undo waits for. */
  private void make(ReplicaClone clone, Path replica, Path volume) throws IOException {
    Path part =
        volume.resolveSibling(PoolFiles.temporaryName(String.valueOf(volume.getFileName())));
    try {
      fill(clone, replica, part);
      StoppedDisks.removeAll(part); // a bitmap of another disk's backup says nothing of this one
      PoolFiles.tag(part, clone.job());
      try (KeyedLocks.Held held = locks.lock(clone.instance())) {
        Beat.current().check(); // an undo may have come before
        if (!Files.exists(volume)) { // else an earlier call was faster, and a guest may have it
          PoolFiles.publish(part, volume);
        }
      }
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  private void fill(ReplicaClone clone, Path replica, Path part) throws IOException {
    copies.copy(replica, part);
    if (clone.replica().bytes() < clone.disk().sizeBytes()) {
      QemuImg.grow(part, clone.disk().sizeBytes());
    }
  }

  private Path requireSealed(ReplicaClone clone) throws IOException {
    ReplicaSpec replica = clone.replica();
    Path folder = pools.folder(replica.pool());
    String name = ReplicaNames.name(replica);
    Path disk = ReplicaNames.disk(folder, name);
    Path leaves = ReplicaNames.leaves(folder, name);
    if (!Files.exists(disk) || !Files.exists(leaves)) {
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

  private static long readBack(ReplicaClone clone, Path volume) throws IOException {
    Optional<QcowHeader> header = QcowHeader.read(volume);
    if (header
        .filter(disk -> disk.backing().isEmpty() && disk.virtualSize() >= clone.disk().sizeBytes())
        .isEmpty()) {
      throw Failures.of(
          FailureType.STORAGE_FAILED,
          volume + " is there but is no disk of this size that stands alone");
    }
    return header.get().virtualSize();
  }
}
