package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.VolumeReservationRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlacedVolume;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeLocation;
import io.holdfast.workflows.model.VolumeOrder;
import io.holdfast.workflows.model.VolumeSpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** See {@link VolumeLedgerActivities}. Locks in this order: ledger, job, volume. */
public final class VolumeLedgerActivitiesImpl implements VolumeLedgerActivities {
  private final Database database;
  private final Clock clock;

  public VolumeLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public PlacedVolume reserveVolume(JobId job, VolumeId volume) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobActivitiesImpl.lockedOpen(daos, job);
          VolumeRow row = locked(daos, volume);
          VolumeReservationRow claim =
              daos.volumeReservations().find(row.id()).orElseGet(() -> claim(daos, job, row));
          return new PlacedVolume(
              Lookups.ref(Lookups.host(daos, claim.hostId())),
              new VolumeSpec(volume, job, claim.pool(), row.sizeBytes()));
        });
  }

  @Override
  public void releaseVolume(VolumeId volume) {
    database.daos().volumeReservations().delete(volume.value());
  }

  @Override
  public void completeCreateVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.volumes().setMade(volume.value(), clock.instant());
          return Results.id(volume.value());
        });
  }

  /** A volume that is gone is a volume without a place: a repeated delete finds it so. */
  @Override
  public VolumeLocation locateVolume(VolumeId volume) {
    return database.inTransaction(
        daos -> {
          Optional<VolumeRow> row = daos.volumes().findById(volume.value());
          UUID host = row.map(VolumeRow::hostId).orElse(null);
          return new VolumeLocation(
              volume,
              host == null ? null : Lookups.ref(Lookups.host(daos, host)),
              row.map(VolumeRow::pool).orElse(null));
        });
  }

  @Override
  public void completeDeleteVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.volumes().delete(volume.value()); // the claim goes with it
          return Results.id(volume.value());
        });
  }

  @Override
  public VolumeOrder volumeOrder(JobId job, VolumeId volume) {
    return database.inTransaction(
        daos -> order(daos, JobActivitiesImpl.locked(daos, job), locked(daos, volume)));
  }

  @Override
  public void completeAttachVolume(
      JobId job, VolumeId volume, InstanceId instance, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.volumes().setInstance(volume.value(), instance.value(), clock.instant());
          return Results.id(volume.value());
        });
  }

  @Override
  public void completeDetachVolume(JobId job, VolumeId volume, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.volumes().setInstance(volume.value(), null, clock.instant());
          return Results.id(volume.value());
        });
  }

  @Override
  public VolumeOrder reserveGrowth(JobId job, VolumeId volume) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow opened = JobActivitiesImpl.lockedOpen(daos, job);
          VolumeRow row = locked(daos, volume);
          return grow(daos, opened, row);
        });
  }

  /** In a transaction that holds the ledger's lock. */
  static VolumeOrder grow(Daos daos, JobRow job, VolumeRow row) {
    VolumeOrder order = order(daos, job, row);
    VolumeReservationRow claim =
        daos.volumeReservations()
            .find(row.id())
            .orElseThrow(() -> missing("The volume has no claim to its space"));
    new VolumeClaims(daos).grow(row, claim, order.wantedBytes());
    return order;
  }

  private VolumeReservationRow claim(Daos daos, JobId job, VolumeRow row) {
    VolumeClaims claims = new VolumeClaims(daos);
    return claims.claim(job.value(), row, claims.plan(row), clock.instant());
  }

  @Override
  public void releaseGrowth(VolumeId volume) {
    database.useTransaction(
        daos ->
            daos.volumes()
                .lock(volume.value())
                .ifPresent(
                    row -> daos.volumeReservations().setDiskBytes(row.id(), row.sizeBytes())));
  }

  @Override
  public void recordVolumeSize(VolumeId volume, long sizeBytes) {
    database.useTransaction(daos -> setSize(daos, volume.value(), sizeBytes));
  }

  @Override
  public void completeResizeVolume(
      JobId job, VolumeId volume, long sizeBytes, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          setSize(daos, volume.value(), sizeBytes);
          return Results.id(volume.value());
        });
  }

  private static void setSize(Daos daos, UUID volume, long sizeBytes) {
    daos.volumes().setSize(volume, sizeBytes);
    daos.volumeReservations().setDiskBytes(volume, sizeBytes);
  }

  private static VolumeOrder order(Daos daos, JobRow job, VolumeRow row) {
    UUID host = row.hostId();
    String pool = row.pool();
    if (host == null || pool == null) {
      throw missing("The volume lies on no host");
    }
    UUID asked = VolumeRequests.instance(job.request());
    UUID instance = asked == null ? row.instanceId() : asked;
    return new VolumeOrder(
        Lookups.ref(Lookups.host(daos, host)),
        new VolumeSpec(new VolumeId(row.id()), new JobId(job.id()), pool, row.sizeBytes()),
        instance == null ? null : new InstanceId(instance),
        VolumeRequests.sizeBytes(job.request(), row.sizeBytes()));
  }

  private static VolumeRow locked(Daos daos, VolumeId volume) {
    return daos.volumes()
        .lock(volume.value())
        .orElseThrow(() -> missing("The volume is not there"));
  }

  private static RuntimeException missing(String what) {
    return Failures.of(FailureType.NOT_FOUND, what);
  }
}
