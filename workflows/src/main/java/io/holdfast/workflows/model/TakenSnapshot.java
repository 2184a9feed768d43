package io.holdfast.workflows.model;

import java.util.List;

/**
 * All disks of an instance in one moment.
 *
 * @param takenAtMillis epoch millis by the host's clock; what it shows is no older
 * @param windowMillis for which the guest was held still, 0 when it was not
 */
public record TakenSnapshot(List<SnapshotDisk> disks, long takenAtMillis, long windowMillis) {}
