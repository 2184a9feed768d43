package io.holdfast.engine.db;

import io.holdfast.workflows.model.GuestReadiness;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a restored instance has instead of an image: a recovery point, or else a snapshot.
 *
 * @param recoveryPoint that its disks start as; null for a snapshot
 * @param snapshot that its disks start as; null for a recovery point
 * @param instance whose disks they were
 * @param readiness what proves that its guest is up
 * @param volumes by the names of its disks, the volumes that these started as; null for none
 */
public record RestoredFrom(
    @Nullable UUID recoveryPoint,
    @Nullable UUID snapshot,
    UUID instance,
    GuestReadiness readiness,
    @Nullable Map<String, KeptVolume> volumes) {
  public static RestoredFrom point(
      UUID recoveryPoint,
      UUID instance,
      GuestReadiness readiness,
      @Nullable Map<String, KeptVolume> volumes) {
    return new RestoredFrom(recoveryPoint, null, instance, readiness, volumes);
  }

  public static RestoredFrom snapshot(
      UUID snapshot,
      UUID instance,
      GuestReadiness readiness,
      @Nullable Map<String, KeptVolume> volumes) {
    return new RestoredFrom(null, snapshot, instance, readiness, volumes);
  }
}
