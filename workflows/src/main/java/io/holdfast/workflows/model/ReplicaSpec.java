package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One disk of a recovery point, at its target.
 *
 * @param disk as in {@link DiskSpec#name()}
 * @param pool libvirt storage pool of the target's host
 * @param base the point whose replica of this disk this one starts from; null for none
 * @param baseRoot Merkle root of the base's replica, in hex; null without a base
 */
public record ReplicaSpec(
    RecoveryPointId point,
    InstanceId instance,
    String disk,
    long bytes,
    String pool,
    @Nullable RecoveryPointId base,
    @Nullable String baseRoot) {}
