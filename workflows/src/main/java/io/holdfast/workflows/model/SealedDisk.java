package io.holdfast.workflows.model;

/** One disk of a round, whole at its target. */
public record SealedDisk(
    InstanceId instance, String disk, StreamCounts counts, SealedReplica sealed) {}
