package io.holdfast.workflows.model;

/** A disk of an old copy that was kept as a recovery point, and what only that copy had. */
public record KeptDisk(
    InstanceId instance, String disk, SealedReplica sealed, StreamCounts counts, LostWrites lost) {}
