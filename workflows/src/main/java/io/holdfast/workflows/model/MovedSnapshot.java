package io.holdfast.workflows.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot that goes with its instance, into the pool that the instance's disks go to.
 *
 * @param sourcePool that it lies in at the source
 */
public record MovedSnapshot(
    SnapshotId id, String sourcePool, Consistency consistency, TakenSnapshot taken) {
  private static final long SECTOR = 512;

  /** What goes over the link: its disks, and its memory as if that were one of whole sectors. */
  public List<SnapshotDisk> files() {
    List<SnapshotDisk> files = new ArrayList<>(taken.disks());
    long memory = taken.memoryBytes();
    if (memory > 0) {
      long whole = (memory + SECTOR - 1) / SECTOR * SECTOR;
      files.add(new SnapshotDisk(SnapshotId.MEMORY, whole, memory));
    }
    return files;
  }

  /** As it is at the target. */
  public SnapshotSpec in(InstanceSpec instance) {
    return new SnapshotSpec(
        id, instance.job(), instance.id(), instance.pool(), consistency, taken.memoryBytes() > 0);
  }
}
