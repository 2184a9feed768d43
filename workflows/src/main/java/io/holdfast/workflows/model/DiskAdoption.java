package io.holdfast.workflows.model;

/**
 * A disk that becomes a replica where it lies.
 *
 * @param source the instance whose disk it is, in the replica's pool; it is off
 * @param root Merkle root that the disk must have, in hex
 */
public record DiskAdoption(ReplicaSpec replica, InstanceId source, String root) {}
