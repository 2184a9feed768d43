package io.holdfast.workflows.model;

/**
 * A disk of a new instance that starts as a snapshot's. Both are on one host.
 *
 * @param instance that gets the disk, in {@code pool}
 * @param job that makes the instance
 */
public record SnapshotClone(
    SnapshotSpec snapshot, InstanceId instance, JobId job, String pool, DiskSpec disk) {}
