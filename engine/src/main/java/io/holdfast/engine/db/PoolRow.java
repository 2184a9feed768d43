package io.holdfast.engine.db;

import java.util.UUID;

/** A storage pool of a host. */
public record PoolRow(UUID hostId, String name, String path, long capacityBytes, boolean reflink) {}
