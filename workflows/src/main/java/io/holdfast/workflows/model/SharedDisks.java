package io.holdfast.workflows.model;

import java.util.List;

/**
 * Disks that lie on shared storage, as one of two hosts is asked about them.
 *
 * @param pool of the host that is asked
 * @param other the folder of the other one
 * @param disks names as in {@link DiskSpec}; of volumes and snapshots as {@link VolumeId#disk} and
 *     {@link SnapshotId#disk} have them
 */
public record SharedDisks(
    InstanceId instance, String pool, SharedFolder other, List<String> disks) {
  public SharedDisks {
    disks = List.copyOf(disks);
  }
}
