package io.holdfast.workflows.model;

/** One disk of a round: what is sent from where to where. */
public record RoundDisk(ReplicaSpec replica, ChangeSource change, HostRef source, HostRef target) {}
