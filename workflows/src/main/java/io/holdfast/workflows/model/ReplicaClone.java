package io.holdfast.workflows.model;

/**
 * A disk of a new instance that starts as a replica. Both are on one host.
 *
 * @param root Merkle root that the replica was sealed with, in hex
 * @param instance that gets the disk, in {@code pool}
 * @param job that makes the instance
 */
public record ReplicaClone(
    ReplicaSpec replica, String root, InstanceId instance, JobId job, String pool, DiskSpec disk) {}
