package io.holdfast.workflows.model;

/**
 * Where a disk's stream goes.
 *
 * @param address host:port of the target's host worker
 * @param token that opens this one stream; a new one replaces it
 */
public record OpenedReplica(String address, String token) {}
