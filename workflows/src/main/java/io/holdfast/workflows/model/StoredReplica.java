package io.holdfast.workflows.model;

/** A replica, or what there is of one, at its target. */
public record StoredReplica(HostRef host, ReplicaSpec replica) {}
