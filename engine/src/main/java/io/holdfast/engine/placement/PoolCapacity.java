package io.holdfast.engine.placement;

import io.holdfast.config.PlacementSettings;
import org.jspecify.annotations.Nullable;

/**
 * A storage pool.
 *
 * @param reservedBytes virtual sizes of the disks that are promised; images' copies not counted. Of
 *     a room that several pools have, what is promised in all of them
 * @param reflink true when a clone of an image costs nothing there
 * @param storage id of the storage that pools of other hosts lie on, too; null: it is the host's
 * @param overcommit so many bytes of disks are promised of each of its bytes
 * @param room the same for all pools whose room is there once; null: no other has it
 * @param use what is taken of its file system; null: it is not known, or does not matter
 */
public record PoolCapacity(
    String name,
    long capacityBytes,
    long reservedBytes,
    boolean reflink,
    @Nullable String storage,
    int overcommit,
    @Nullable String room,
    @Nullable PoolUse use) {
  /** Promised as often as it is unless told; nothing but promises is known of it. */
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
        PlacementSettings.DEFAULT.diskOvercommit(),
        storage,
        null);
  }

  /** On storage of its host alone. */
  public PoolCapacity(String name, long capacityBytes, long reservedBytes, boolean reflink) {
    this(name, capacityBytes, reservedBytes, reflink, null);
  }

  /** That may still be promised; below 0 when more is promised than there is. */
  public long freeBytes() {
    return capacityBytes * overcommit - reservedBytes;
  }

  boolean isShared() {
    return storage != null;
  }

  /** Why nothing new goes there, whatever is promised of it; null: nothing is in the way. */
  Refusal.@Nullable Reason closed() {
    if (use == null || !use.isFull()) {
      return null;
    }
    return use.isAway() ? Refusal.Reason.NOT_MOUNTED : Refusal.Reason.DISK_FULL;
  }

  boolean hasRoomOf(PoolCapacity other) {
    return room != null && room.equals(other.room);
  }

  /** As it is once so much more is promised of its room. */
  PoolCapacity claimed(long bytes) {
    return new PoolCapacity(
        name, capacityBytes, reservedBytes + bytes, reflink, storage, overcommit, room, use);
  }

  /** For what goes there also when it is nearly full. */
  PoolCapacity regardlessOfUse() {
    return new PoolCapacity(
        name, capacityBytes, reservedBytes, reflink, storage, overcommit, room, null);
  }
}
