package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A shared pool of a host, and another host that has a pool on the same storage.
 *
 * @param otherHost its name; null when no other host is known to have one
 */
public record PoolSharerRow(UUID hostId, String name, String storage, @Nullable String otherHost) {}
