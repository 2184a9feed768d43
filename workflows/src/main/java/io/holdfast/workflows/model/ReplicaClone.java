package io.holdfast.workflows.model;

/**
 * A disk of a new instance that starts as a replica. Both are on one host.
 *
 * @param root Merkle root that the replica was sealed with, in hex
 * @param instance that gets the disk, in {@code pool}
 * @param job that makes the instance
 * @param read true: all of the replica is read, and held against its seal, before it is used
 */
public record ReplicaClone(
    ReplicaSpec replica,
    String root,
    InstanceId instance,
    JobId job,
    String pool,
    DiskSpec disk,
    boolean read) {
  /** One that trusts the seal: nothing is read twice. */
  public ReplicaClone(
      ReplicaSpec replica,
      String root,
      InstanceId instance,
      JobId job,
      String pool,
      DiskSpec disk) {
    this(replica, root, instance, job, pool, disk, false);
  }

  /** The same, read before it is used. */
  public ReplicaClone whenRead() {
    return new ReplicaClone(replica, root, instance, job, pool, disk, true);
  }
}
