package io.holdfast.engine.db;

import java.util.UUID;

/**
 * A pool of a host, and another host that has a pool on the same storage.
 *
 * @param otherHost its name
 */
public record PoolSharerRow(UUID hostId, String name, String storage, String otherHost) {}
