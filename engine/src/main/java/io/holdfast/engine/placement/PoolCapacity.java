package io.holdfast.engine.placement;

import io.holdfast.config.PlacementSettings;
import org.jspecify.annotations.Nullable;

/**
 * A storage pool.
 *
 * @param reservedBytes virtual sizes of the disks that are promised; images' copies not counted. Of
 *     shared storage what is promised of it on all hosts
 * @param reflink true when a clone of an image costs nothing there
 * @param storage id of the storage that pools of other hosts lie on, too; null: it is the host's
 * @param overcommit so many bytes of disks are promised of each of its bytes
 */
public record PoolCapacity(
    String name,
    long capacityBytes,
    long reservedBytes,
    boolean reflink,
    @Nullable String storage,
    int overcommit) {
  /** Promised as often as it is unless told. */
  public PoolCapacity(
      String name,
      long capacityBytes,
      long reservedBytes,
      boolean reflink,
      @Nullable String storage) {
    this(
        name,
        capacityBytes,
        reservedBytes,
        reflink,
        storage,
        PlacementSettings.DEFAULT.diskOvercommit());
  }

  /** On storage of its host alone. */
  public PoolCapacity(String name, long capacityBytes, long reservedBytes, boolean reflink) {
    this(name, capacityBytes, reservedBytes, reflink, null);
  }

  public long freeBytes() {
    return capacityBytes * overcommit - reservedBytes;
  }

  boolean isShared() {
    return storage != null;
  }

  /** As it is once so much more is promised. */
  PoolCapacity claimed(long bytes) {
    return new PoolCapacity(
        name, capacityBytes, reservedBytes + bytes, reflink, storage, overcommit);
  }
}
