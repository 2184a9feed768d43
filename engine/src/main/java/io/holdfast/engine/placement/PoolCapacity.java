package io.holdfast.engine.placement;

import org.jspecify.annotations.Nullable;

/**
 * A storage pool.
 *
 * @param reservedBytes virtual sizes of the disks that are promised; images' copies not counted. Of
 *     shared storage what is promised of it on all hosts
 * @param reflink true when a clone of an image costs nothing there
 * @param storage id of the storage that pools of other hosts lie on, too; null: it is the host's
 */
public record PoolCapacity(
    String name,
    long capacityBytes,
    long reservedBytes,
    boolean reflink,
    @Nullable String storage) {
  private static final int VIRTUAL_A_REAL = 2;

  /** On storage of its host alone. */
  public PoolCapacity(String name, long capacityBytes, long reservedBytes, boolean reflink) {
    this(name, capacityBytes, reservedBytes, reflink, null);
  }

  /** Two to one: disks are thin, and seldom full at once. */
  public long freeBytes() {
    return capacityBytes * VIRTUAL_A_REAL - reservedBytes;
  }

  boolean isShared() {
    return storage != null;
  }

  /** As it is once so much more is promised. */
  PoolCapacity claimed(long bytes) {
    return new PoolCapacity(name, capacityBytes, reservedBytes + bytes, reflink, storage);
  }
}
