package io.holdfast.workflows.model;

/**
 * A replica on a migration's target from which the copy of a disk may start.
 *
 * @param disk as in {@link DiskSpec#name()}
 * @param root Merkle root that it was sealed with, in hex
 */
public record CopyBase(String disk, RecoveryPointId point, String root) {}
