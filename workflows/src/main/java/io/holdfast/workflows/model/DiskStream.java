package io.holdfast.workflows.model;

/** One disk on its way from its backup to its replica. */
public record DiskStream(ReplicaSpec replica, ChangeSource change, OpenedReplica target) {}
