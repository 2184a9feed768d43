package io.holdfast.engine.db;

import io.holdfast.workflows.model.GuestReadiness;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a restored instance has instead of an image: a recovery point, or else a snapshot.
 *
 * @param recoveryPoint that its disks start as; null for a snapshot
 * @param snapshot that its disks start as; null for a recovery point
 * @param instance whose disks they were
 * @param readiness what proves that its guest is up
 */
public record RestoredFrom(
    @Nullable UUID recoveryPoint,
    @Nullable UUID snapshot,
    UUID instance,
    GuestReadiness readiness) {
  public static RestoredFrom point(UUID recoveryPoint, UUID instance, GuestReadiness readiness) {
    return new RestoredFrom(recoveryPoint, null, instance, readiness);
  }

  public static RestoredFrom snapshot(UUID snapshot, UUID instance, GuestReadiness readiness) {
    return new RestoredFrom(null, snapshot, instance, readiness);
  }
}
