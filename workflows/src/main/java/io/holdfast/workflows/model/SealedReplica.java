package io.holdfast.workflows.model;

/**
 * A replica whose content is durable and proven.
 *
 * @param root Merkle root over SHA-256 leaves of 64 KiB, in hex
 * @param allocatedBytes that its file takes, those shared with other points counted
 */
public record SealedReplica(String root, long allocatedBytes) {}
