package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance is; null: on no host.
 *
 * @param volumes it has some
 */
public record InstancePlace(
    String name,
    @Nullable String pool,
    @Nullable UUID hostId,
    @Nullable String hostName,
    boolean volumes) {}
