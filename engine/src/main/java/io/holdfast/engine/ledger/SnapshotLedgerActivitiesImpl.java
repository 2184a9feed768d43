package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.placement.GrowthPlanner;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.TakenSnapshot;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * See {@link SnapshotLedgerActivities}. Locks in this order: ledger, job, snapshot. The request of
 * a restore is {@code {"restart": true, "memory": false}}.
 */
public final class SnapshotLedgerActivitiesImpl implements SnapshotLedgerActivities {
  private final Database database;
  private final Clock clock;

  public SnapshotLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public SnapshotOrder reserveSnapshot(JobId job, SnapshotId snapshot) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobRow opened = JobActivitiesImpl.lockedOpen(daos, job);
          SnapshotRow row = locked(daos, snapshot);
          claim(daos, row);
          return order(daos, opened, row);
        });
  }

  /** In a transaction that holds the ledger's lock; a claim that is there is left. */
  static void claim(Daos daos, SnapshotRow row) {
    if (row.claimedBytes() != null) {
      return;
    }
    new Quotas(daos).claimDisk(row.project(), row.sizeBytes());
    GrowthPlanner.refusal(
            new Claims(daos).capacity(row.hostId()), row.pool(), 0, 0, row.sizeBytes())
        .ifPresent(
            refusal -> {
              throw Failures.of(
                  FailureType.NO_CAPACITY,
                  "The instance's host has no room for a snapshot of %d MiB"
                      .formatted(row.sizeBytes() >> 20),
                  List.of(refusal.toString()));
            });
    daos.snapshots().setClaimed(row.id(), row.sizeBytes());
  }

  @Override
  public void releaseSnapshot(SnapshotId snapshot) {
    database.daos().snapshots().setClaimed(snapshot.value(), null);
  }

  @Override
  public void completeSnapshot(
      JobId job, SnapshotId snapshot, TakenSnapshot taken, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          Instant at = Instant.ofEpochMilli(taken.takenAtMillis());
          long allocated = taken.disks().stream().mapToLong(SnapshotDisk::allocatedBytes).sum();
          daos.snapshots()
              .setTaken(
                  snapshot.value(), taken.disks(), at, taken.windowMillis(), taken.memoryBytes());
          daos.snapshots().setClaimed(snapshot.value(), allocated + taken.memoryBytes());
          return Results.id(snapshot.value());
        });
  }

  @Override
  public SnapshotOrder snapshotOrder(JobId job, SnapshotId snapshot) {
    return database.inTransaction(
        daos -> order(daos, JobActivitiesImpl.locked(daos, job), locked(daos, snapshot)));
  }

  @Override
  public List<SnapshotClone> snapshotClones(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          InstanceRow row =
              daos.instances()
                  .findById(instance.value())
                  .orElseThrow(() -> missing("The instance is not there"));
          RestoredFrom from = Objects.requireNonNull(row.spec().restored(), "a restored instance");
          SnapshotRow snapshot =
              locked(daos, new SnapshotId(Objects.requireNonNull(from.snapshot(), "a snapshot")));
          String pool = row.pool();
          if (pool == null) {
            throw missing("The instance has no place");
          }
          SnapshotSpec spec = order(daos, JobActivitiesImpl.locked(daos, job), snapshot).snapshot();
          return IntStream.range(0, row.spec().diskGiB().size())
              .mapToObj(i -> InstanceSpecs.disk(i, row.spec()))
              .map(disk -> new SnapshotClone(spec, instance, job, pool, disk))
              .toList();
        });
  }

  @Override
  public void completeRestore(
      JobId job, SnapshotId snapshot, PowerState power, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.snapshots()
              .findById(snapshot.value())
              .ifPresent(
                  row -> daos.instances().setPower(row.instanceId(), power, clock.instant()));
          return Results.id(snapshot.value());
        });
  }

  @Override
  public void completeDeleteSnapshot(JobId job, SnapshotId snapshot, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> {
          daos.snapshots().delete(snapshot.value()); // the claim is a part of it
          return Results.id(snapshot.value());
        });
  }

  private static SnapshotOrder order(Daos daos, JobRow job, SnapshotRow row) {
    return new SnapshotOrder(
        Lookups.ref(Lookups.host(daos, row.hostId())),
        new SnapshotSpec(
            new SnapshotId(row.id()),
            new JobId(job.id()),
            new InstanceId(row.instanceId()),
            row.pool(),
            row.consistency(),
            row.memory()),
        job.request().path("restart").asBoolean(),
        job.request().path(JobRow.MEMORY).asBoolean());
  }

  private static SnapshotRow locked(Daos daos, SnapshotId snapshot) {
    return daos.snapshots()
        .lock(snapshot.value())
        .orElseThrow(() -> missing("The snapshot is not there"));
  }

  private static RuntimeException missing(String what) {
    return Failures.of(FailureType.NOT_FOUND, what);
  }
}
