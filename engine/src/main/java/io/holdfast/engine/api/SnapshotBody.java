package io.holdfast.engine.api;

import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.SnapshotView;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.SnapshotDisk;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot. Its state is derived from the job that works on it.
 *
 * @param instance id of the instance that it was taken of
 * @param instanceName that the instance had then
 * @param instanceThere false when that instance is gone: the snapshot stays
 * @param disks empty until it is taken
 * @param takenAt no later than the moment that it shows; null until it is taken
 * @param windowMillis for which the guest was held still; 0 when it was off
 * @param memory true when the guest's memory is a part of it
 * @param memoryBytes that the file of its memory takes
 * @param activeJob id of the job that works on it
 */
public record SnapshotBody(
    UUID id,
    String name,
    UUID instance,
    String instanceName,
    boolean instanceThere,
    String site,
    String host,
    String pool,
    State state,
    Consistency consistency,
    boolean memory,
    List<TakenDisk> disks,
    @Nullable Instant takenAt,
    long windowMillis,
    long memoryBytes,
    @Nullable UUID activeJob,
    Instant createdAt) {
  /** ERROR: it was never taken whole, and could not be undone; only a delete helps. */
  public enum State {
    CREATING,
    AVAILABLE,
    RESTORING,
    DELETING,
    ERROR
  }

  /**
   * A disk.
   *
   * @param sizeBytes that the guest saw
   * @param allocatedBytes that its file takes, those shared with other files counted
   */
  public record TakenDisk(String name, long sizeBytes, long allocatedBytes) {
    static TakenDisk of(SnapshotDisk disk) {
      return new TakenDisk(disk.name(), disk.bytes(), disk.allocatedBytes());
    }
  }

  public static SnapshotBody of(SnapshotView view) {
    SnapshotRow row = view.snapshot();
    return new SnapshotBody(
        row.id(),
        row.name(),
        row.instanceId(),
        row.instanceName(),
        view.instanceThere(),
        view.siteName(),
        view.hostName(),
        row.pool(),
        state(row, view.activeJobKind()),
        row.consistency(),
        row.memory(),
        row.disks().stream().map(TakenDisk::of).toList(),
        row.takenAt(),
        row.windowMillis(),
        row.memoryBytes(),
        view.activeJobId(),
        row.createdAt());
  }

  private static State state(SnapshotRow row, @Nullable JobKind job) {
    if (job == JobKind.SNAPSHOT_INSTANCE) {
      return State.CREATING;
    }
    if (job == JobKind.DELETE_SNAPSHOT) {
      return State.DELETING;
    }
    if (row.takenAt() == null) {
      return State.ERROR;
    }
    return job == JobKind.RESTORE_SNAPSHOT ? State.RESTORING : State.AVAILABLE;
  }
}
