package io.holdfast.workflows.model;

import java.util.List;

/**
 * All disks of an instance in one moment, and its guest's memory when that was asked for.
 *
 * @param takenAtMillis epoch millis by the host's clock; what it shows is no older
 * @param windowMillis for which the guest was held still, 0 when it was not
 * @param memoryBytes that the file of its memory has; 0 without
 */
public record TakenSnapshot(
    List<SnapshotDisk> disks, long takenAtMillis, long windowMillis, long memoryBytes) {
  /** Of the disks alone. */
  public TakenSnapshot(List<SnapshotDisk> disks, long takenAtMillis, long windowMillis) {
    this(disks, takenAtMillis, windowMillis, 0);
  }
}
