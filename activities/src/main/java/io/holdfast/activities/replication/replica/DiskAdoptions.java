package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.DiskCopies;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.StorageBackends;
import io.holdfast.activities.qemu.DiskBitmaps;
import io.holdfast.activities.replication.leaves.Manifest;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.Beat;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replicas that are made of a disk which lies here: the disk of an instance that was recovered
 * elsewhere. The disk is only read. What is published was read whole, and has the root that the
 * caller knows the disk by.
 */
final class DiskAdoptions {
  private final DiskCopies copies;
  private final ReplicaReader reader;

  DiskAdoptions(StorageBackends backends, ReplicaReader reader) {
    copies = new DiskCopies(backends);
    this.reader = reader;
  }

  /**
   * The caller holds the replica's lock; there is no replica of this name.
   *
   * @param folder of the replica's pool
   * @param from that of the disk's
   */
  void adopt(DiskAdoption adoption, Path folder, Path from, String name) throws IOException {
    ReplicaSpec replica = adoption.replica();
    Path disk = VolumeNames.disk(from, adoption.source(), adoption.sourceDisk());
    if (!PoolFiles.exists(disk)) {
      throw Failures.of(FailureType.NOT_FOUND, "There is no disk " + disk);
    }
    Path staged = ReplicaNames.stagedDisk(folder, name);
    Path leaves = ReplicaNames.stagedLeaves(folder, name);
    Files.deleteIfExists(staged); // of a call whose worker was killed
    Files.deleteIfExists(leaves);
    copies.copy(disk, staged);
    DiskBitmaps.removeAll(staged); // they speak of backups of another instance
    reader.describe(staged, leaves, replica.bytes());
    Beat.current().check(); // an undo may have come before
    requireRoot(leaves, adoption);
    PoolFiles.publish(leaves, ReplicaNames.leaves(folder, name));
    PoolFiles.publish(staged, ReplicaNames.disk(folder, name));
  }

  private static void requireRoot(Path leaves, DiskAdoption adoption) throws IOException {
    try (Manifest manifest = Manifest.open(leaves, false)) {
      String root = manifest.root();
      if (!root.equals(adoption.root())) {
        throw Failures.of(
            FailureType.REPLICA_REFUSED,
            "Disk %s of %s has root %s here, not %s: it was written to since it was kept"
                .formatted(adoption.sourceDisk(), adoption.source(), root, adoption.root()));
      }
    }
  }
}
