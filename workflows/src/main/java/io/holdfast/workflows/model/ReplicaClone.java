package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A disk of a new instance that starts as a replica. Both are on one host, once the replica was
 * brought there.
 *
 * @param root Merkle root that the replica was sealed with, in hex
 * @param instance that gets the disk, in {@code pool}
 * @param job that makes the instance
 * @param read true: all of the replica is read, and held against its seal, before it is used
 * @param origin the host that has the replica, when it is another one; or null
 */
public record ReplicaClone(
    ReplicaSpec replica,
    String root,
    InstanceId instance,
    JobId job,
    String pool,
    DiskSpec disk,
    boolean read,
    @Nullable ReplicaOrigin origin) {
  /** One that trusts the seal: nothing is read twice. */
  public ReplicaClone(
      ReplicaSpec replica,
      String root,
      InstanceId instance,
      JobId job,
      String pool,
      DiskSpec disk) {
    this(replica, root, instance, job, pool, disk, false, null);
  }

  /** The same, read before it is used. */
  public ReplicaClone whenRead() {
    return new ReplicaClone(replica, root, instance, job, pool, disk, true, origin);
  }

  /** The same, of a replica on another host. */
  public ReplicaClone from(ReplicaOrigin elsewhere) {
    return new ReplicaClone(replica, root, instance, job, pool, disk, read, elsewhere);
  }

  /** The same, of a copy of the replica on the host of the new instance. */
  public ReplicaClone of(ReplicaSpec copy) {
    return new ReplicaClone(copy, root, instance, job, pool, disk, read, null);
  }
}
