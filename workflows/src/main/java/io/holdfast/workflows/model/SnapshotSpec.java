package io.holdfast.workflows.model;

/**
 * A snapshot as its host needs it.
 *
 * @param job that takes it; written on its files
 * @param instance whose disks it has
 * @param pool of the instance's disks, where the snapshot's files lie beside them
 * @param memory true when the guest's memory is a part of it
 */
public record SnapshotSpec(
    SnapshotId id,
    JobId job,
    InstanceId instance,
    String pool,
    Consistency consistency,
    boolean memory) {}
