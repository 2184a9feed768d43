package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A disk that becomes a replica where it lies.
 *
 * @param source the instance whose disk it is; it is off
 * @param root Merkle root that the disk must have, in hex
 * @param disk what it is called at its instance; null: as the replica's
 * @param pool that it lies in; null: the replica's
 */
public record DiskAdoption(
    ReplicaSpec replica,
    InstanceId source,
    String root,
    @Nullable String disk,
    @Nullable String pool) {
  /** Of a disk that is called as its replica is, in the same pool. */
  public DiskAdoption(ReplicaSpec replica, InstanceId source, String root) {
    this(replica, source, root, null, null);
  }

  public String sourceDisk() {
    return disk == null ? replica.disk() : disk;
  }

  public String sourcePool() {
    return pool == null ? replica.pool() : pool;
  }
}
