package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A storage pool of a host.
 *
 * @param storage id of the storage that pools of other hosts lie on, too; or null
 */
public record PoolRow(
    UUID hostId,
    String name,
    String path,
    long capacityBytes,
    boolean reflink,
    @Nullable String storage) {}
