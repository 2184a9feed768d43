package io.holdfast.engine.api;

import io.holdfast.engine.core.ReversalRecord;
import io.holdfast.engine.db.LostWriteRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.ReversedInstanceRow;
import io.holdfast.workflows.model.LostWrites.ByteRange;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance whose direction the run turned, or is to turn.
 *
 * @param source id of the instance that was protected
 * @param instance id of the one that took over from it, and is protected now
 * @param host that has the source's disks, and the replicas from then on
 * @param keptPoint the recovery point that keeps what the old site had
 * @param releasedAt when the old copy was removed; null while it is there
 * @param lostWrites what the old site had written and nobody had copied, by disk; a disk without
 *     any has 0 bytes
 */
public record RunReversed(
    UUID source,
    String name,
    UUID instance,
    String instanceName,
    String protectionGroup,
    String host,
    UUID keptPoint,
    @Nullable Instant reversedAt,
    @Nullable Instant releasedAt,
    List<RunLostWrites> lostWrites) {

  /**
   * Of a disk, in leaves of 64 KiB.
   *
   * @param ranges how many there are
   * @param first of these, 64 at most
   */
  public record RunLostWrites(String disk, long bytes, int ranges, List<RunRange> first) {
    private static RunLostWrites of(LostWriteRow row) {
      return new RunLostWrites(
          row.disk(), row.bytes(), row.ranges(), row.first().stream().map(RunRange::of).toList());
    }
  }

  /** A part of a disk, in bytes. */
  public record RunRange(long offset, long length) {
    private static RunRange of(ByteRange range) {
      return new RunRange(range.offset(), range.length());
    }
  }

  static List<RunReversed> of(ReversalRecord record) {
    return record.instances().stream().map(one -> of(record, one)).toList();
  }

  private static RunReversed of(ReversalRecord record, ReversedInstanceRow row) {
    ReversedGroupRow group = record.group(row);
    return new RunReversed(
        row.sourceId(),
        row.sourceName(),
        row.successorId(),
        row.successorName(),
        group.groupName(),
        row.hostName(),
        group.pointId(),
        group.reversedAt(),
        row.releasedAt(),
        record.lost(row).stream().map(RunLostWrites::of).toList());
  }
}
