package io.holdfast.engine.placement;

/**
 * A storage pool.
 *
 * @param reservedBytes virtual sizes of the disks that are promised; images' copies not counted
 * @param reflink true when a clone of an image costs nothing there
 */
public record PoolCapacity(String name, long capacityBytes, long reservedBytes, boolean reflink) {
  private static final int VIRTUAL_A_REAL = 2;

  /** Two to one: disks are thin, and seldom full at once. */
  public long freeBytes() {
    return capacityBytes * VIRTUAL_A_REAL - reservedBytes;
  }

  /** As it is once so much more is promised. */
  PoolCapacity claimed(long bytes) {
    return new PoolCapacity(name, capacityBytes, reservedBytes + bytes, reflink);
  }
}
