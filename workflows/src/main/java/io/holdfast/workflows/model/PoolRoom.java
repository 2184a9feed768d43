package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * The room of the file system that a pool lies on, at this moment.
 *
 * @param fileSystem the same for all pools of the host that lie on it; null: it is not known
 * @param totalBytes 0 when the pool's storage is away: what is in its place is not the pool's
 * @param freeBytes that nobody has taken, whoever that may be
 */
public record PoolRoom(String pool, @Nullable String fileSystem, long totalBytes, long freeBytes) {
  public static PoolRoom away(String pool) {
    return new PoolRoom(pool, null, 0, 0);
  }
}
