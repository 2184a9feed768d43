package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A storage pool as its host reported it.
 *
 * @param reflink true when a whole file can be cloned in the file system (tried, not guessed)
 * @param shared where it lies when other hosts mount its storage, too; null: it is the host's alone
 * @param fileSystem see {@link PoolRoom#fileSystem}
 * @param away true when its storage is not there: what is in its place is not the pool's, and has
 *     no room for it
 */
public record PoolFacts(
    String name,
    String path,
    long capacityBytes,
    long availableBytes,
    boolean reflink,
    @Nullable SharedFolder shared,
    @Nullable String fileSystem,
    boolean away) {}
