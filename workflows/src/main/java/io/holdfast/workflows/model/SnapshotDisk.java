package io.holdfast.workflows.model;

/**
 * A disk of a snapshot.
 *
 * @param name as in {@link DiskSpec}
 * @param bytes of the disk that the guest saw
 * @param allocatedBytes that its file takes, those shared with other files counted
 */
public record SnapshotDisk(String name, long bytes, long allocatedBytes) {}
