package io.holdfast.engine.api;

import io.holdfast.engine.core.RecoveryPoint;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.model.ChangeSource;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A moment of a protection group, at its target site.
 *
 * @param group id of its protection group
 * @param takenAt no later than what it shows; null until it is taken
 * @param windowMillis for which its guests stood still together, the longest of them; 0 when none
 *     had to: an instance alone is of one moment by itself
 * @param held true when retention does not touch it
 * @param verifiedAt when all of it was last read and found right, or null
 * @param notes what was unusual about it, for people
 * @param job the round that made it
 * @param activeJob id of the job that reads it
 */
public record RecoveryPointBody(
    UUID id,
    UUID group,
    String groupName,
    long number,
    RecoveryPointState state,
    @Nullable Instant takenAt,
    @Nullable Instant availableAt,
    long windowMillis,
    boolean held,
    @Nullable String heldReason,
    @Nullable Instant verifiedAt,
    List<String> notes,
    List<Replica> disks,
    Bytes bytes,
    UUID job,
    @Nullable UUID activeJob,
    Instant createdAt) {

  /**
   * What a round carried.
   *
   * @param logical of the disks that were looked at
   * @param wire that were sent
   * @param zero that were not sent, being zeros
   * @param same that were not sent, being there already
   * @param allocated that the files take, those shared with other points counted
   */
  public record Bytes(long logical, long wire, long zero, long same, long allocated) {
    private static Bytes of(List<RecoveryPointDiskRow> disks) {
      return new Bytes(
          disks.stream().mapToLong(RecoveryPointDiskRow::logicalBytes).sum(),
          disks.stream().mapToLong(RecoveryPointDiskRow::wireBytes).sum(),
          disks.stream().mapToLong(RecoveryPointDiskRow::zeroBytes).sum(),
          disks.stream().mapToLong(RecoveryPointDiskRow::sameBytes).sum(),
          disks.stream().mapToLong(RecoveryPointDiskRow::allocatedBytes).sum());
    }
  }

  /**
   * One disk of it.
   *
   * @param disk "root", "disk1" ...; of a volume that was attached "v" and its id without dashes
   * @param volume id of the volume that it was, or that it had started as; or null
   * @param volumeName that volume's name then
   * @param size of the disk that the guest saw, in bytes
   * @param base id of the point that it started from; null when all was sent
   * @param reason why it has that base, or none
   * @param root Merkle root over SHA-256 leaves of 64 KiB, hex; null until it is sealed
   * @param broken what is wrong with it, or null
   */
  public record Replica(
      UUID instance,
      String instanceName,
      String disk,
      @Nullable UUID volume,
      @Nullable String volumeName,
      long size,
      String pool,
      @Nullable UUID base,
      ChangeSource changes,
      String reason,
      @Nullable String root,
      @Nullable String broken,
      Bytes bytes) {
    private static Replica of(RecoveryPointDiskRow row) {
      return new Replica(
          row.instanceId(),
          row.instanceName(),
          row.disk(),
          row.volumeId(),
          row.volumeName(),
          row.bytes(),
          row.pool(),
          row.baseId(),
          row.changeSource(),
          row.reason(),
          row.root(),
          row.broken(),
          Bytes.of(List.of(row)));
    }
  }

  public static RecoveryPointBody of(RecoveryPoint point) {
    RecoveryPointRow row = point.view().point();
    return new RecoveryPointBody(
        row.id(),
        row.groupId(),
        point.view().groupName(),
        row.number(),
        row.state(),
        row.takenAt(),
        row.availableAt(),
        row.windowMillis(),
        row.held(),
        row.heldReason(),
        row.verifiedAt(),
        row.notes(),
        point.disks().stream().map(Replica::of).toList(),
        Bytes.of(point.disks()),
        row.jobId(),
        point.view().activeJobId(),
        row.createdAt());
  }
}
