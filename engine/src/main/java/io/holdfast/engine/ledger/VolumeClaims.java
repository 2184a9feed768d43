package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.VolumeReservationRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.GrowthPlanner;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlacementPlanner;
import io.holdfast.engine.placement.PlacementRequest;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Claims space for volumes inside a transaction that holds the ledger's lock. */
final class VolumeClaims {
  private final Daos daos;

  VolumeClaims(Daos daos) {
    this.daos = daos;
  }

  PlacementPlan plan(VolumeRow volume) {
    return PlacementPlanner.plan(request(volume), new Claims(daos).capacities());
  }

  /** By a plan of this transaction. Fails with QUOTA_EXCEEDED or NO_CAPACITY. */
  VolumeReservationRow claim(UUID job, VolumeRow volume, PlacementPlan plan, Instant now) {
    new Quotas(daos).claimDisk(volume.project(), volume.sizeBytes());
    PlacementPlan.Choice choice =
        plan.chosen().orElseThrow(() -> Claims.noCapacity(request(volume), plan));
    VolumeReservationRow claim =
        new VolumeReservationRow(
            volume.id(), job, choice.host(), choice.pool(), volume.sizeBytes(), now);
    daos.volumeReservations().insert(claim);
    daos.volumes().setPlace(volume.id(), choice.host(), choice.pool());
    return claim;
  }

  /** Claims up to the wanted size where the volume lies; a claim as large already is left. */
  void grow(VolumeRow volume, VolumeReservationRow claim, long wantedBytes) {
    long more = wantedBytes - claim.diskBytes();
    if (more <= 0) {
      return;
    }
    new Quotas(daos).claimDisk(volume.project(), more);
    HostCapacity host = new Claims(daos).capacity(claim.hostId());
    GrowthPlanner.refusal(host, claim.pool(), 0, 0, more)
        .ifPresent(
            refusal -> {
              throw Failures.of(
                  FailureType.NO_CAPACITY,
                  "The host of the volume has no room for %d MiB more".formatted(more >> 20),
                  List.of(refusal.toString()));
            });
    daos.volumeReservations().setDiskBytes(claim.volumeId(), wantedBytes);
  }

  private static PlacementRequest request(VolumeRow volume) {
    return new PlacementRequest(
        0,
        0,
        volume.sizeBytes(),
        volume.siteId(),
        volume.wantedHost(),
        Map.of(),
        volume.wantedPool(),
        null);
  }
}
