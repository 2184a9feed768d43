package io.holdfast.engine.db;

import io.holdfast.workflows.model.ChangeSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a recovery point, as long as its replica may be there.
 *
 * @param bytes of the disk that the guest saw
 * @param baseId the point that it started from, or null
 * @param reason why it has that base, or none
 * @param root Merkle root in hex; null until it is sealed
 * @param broken what is wrong with it, or null
 * @param volumeId the volume that it is, or that it started as; null when it is an instance's own
 * @param volumeName the volume's name then
 */
public record RecoveryPointDiskRow(
    UUID pointId,
    UUID instanceId,
    String instanceName,
    String disk,
    long bytes,
    UUID hostId,
    String pool,
    @Nullable UUID baseId,
    @Nullable String baseRoot,
    ChangeSource changeSource,
    String reason,
    @Nullable String root,
    long allocatedBytes,
    long logicalBytes,
    long wireBytes,
    long zeroBytes,
    long sameBytes,
    @Nullable String broken,
    @Nullable UUID volumeId,
    @Nullable String volumeName) {
  /**
   * One of which nothing is sealed yet.
   *
   * @param base the disk of the point that it starts from
   */
  public static RecoveryPointDiskRow begun(
      UUID point,
      UUID instance,
      String instanceName,
      String disk,
      long bytes,
      UUID host,
      String pool,
      Base base,
      ChangeSource change,
      String reason,
      @Nullable KeptVolume volume) {
    return new RecoveryPointDiskRow(
        point,
        instance,
        instanceName,
        disk,
        bytes,
        host,
        pool,
        base.point(),
        base.root(),
        change,
        reason,
        null,
        0,
        0,
        0,
        0,
        0,
        null,
        volume == null ? null : volume.id(),
        volume == null ? null : volume.name());
  }

  /** The same, with another base, before anything of it is sealed. */
  public RecoveryPointDiskRow startingFrom(Base base, ChangeSource change, String why) {
    return begun(
        pointId, instanceId, instanceName, disk, bytes, hostId, pool, base, change, why, volume());
  }

  public @Nullable KeptVolume volume() {
    return volumeId == null ? null : new KeptVolume(volumeId, String.valueOf(volumeName));
  }

  /** What a disk starts from; {@code point}: null for nothing. */
  public record Base(@Nullable UUID point, @Nullable String root) {
    public static final Base NONE = new Base(null, null);
  }
}
