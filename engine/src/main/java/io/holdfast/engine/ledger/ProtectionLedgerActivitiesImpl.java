package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.SealedDisk;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.VerifiedDisk;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** See {@link ProtectionLedgerActivities}. Locks in this order: ledger, job, group, point. */
public final class ProtectionLedgerActivitiesImpl implements ProtectionLedgerActivities {
  private final Database database;
  private final Clock clock;

  public ProtectionLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public List<StoredReplica> retiredReplicas(
      JobId job, ProtectionGroupId group, @Nullable List<HostId> failing) {
    List<UUID> but = failing == null ? List.of() : failing.stream().map(HostId::value).toList();
    return database.inTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          daos.recoveryPoints().retireLeftovers(group.value(), job.value());
          return stored(daos, daos.recoveryPoints().retiredDisks(group.value(), but, PORTION));
        });
  }

  @Override
  public void recordPurged(List<StoredReplica> replicas) {
    database.useTransaction(
        daos -> {
          for (StoredReplica one : replicas) {
            ReplicaSpec replica = one.replica();
            daos.recoveryPoints()
                .deleteDisk(replica.point().value(), replica.instance().value(), replica.disk());
          }
          daos.recoveryPoints()
              .purgeEmpty(
                  replicas.stream().map(one -> one.replica().point().value()).distinct().toList());
        });
  }

  @Override
  public RoundPlan planRound(JobId job, ProtectionGroupId group) {
    return database.inTransaction(
        daos -> {
          daos.reservations().lockLedger();
          JobActivitiesImpl.lockedOpen(daos, job);
          return new Rounds(daos).plan(job.value(), group.value(), clock.instant());
        });
  }

  /** One that may have replicas is RETIRED instead: the next round looks for them. */
  @Override
  public void dropPoint(JobId job) {
    database.useTransaction(
        daos ->
            daos.recoveryPoints()
                .lockOfJob(job.value())
                .filter(point -> Rounds.isHalfMade(point.state()))
                .ifPresent(
                    point -> {
                      if (daos.recoveryPoints().disks(point.id()).isEmpty()) {
                        daos.recoveryPoints().delete(point.id());
                      } else {
                        daos.recoveryPoints().setState(point.id(), RecoveryPointState.RETIRED);
                      }
                    }));
  }

  @Override
  public void requireOwned(JobId job, RecoveryPointId point) {
    database.useTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          new Rounds(daos).requireReadable(lockedOfGroup(daos, point).id());
        });
  }

  @Override
  public boolean areIdle(List<InstanceId> instances) {
    return database.reading(
        daos ->
            instances.stream()
                .allMatch(
                    instance ->
                        daos.jobs().activeJobOf(instance.value()).isEmpty()
                            && daos.migrations().undecided(instance.value()).isEmpty()));
  }

  @Override
  public List<RoundDisk> planDisks(
      JobId job,
      RecoveryPointId point,
      List<OpenedMember> opened,
      long takenAtMillis,
      long windowMillis) {
    return database.inTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          RecoveryPointRow row = lockedOfGroup(daos, point);
          new Rounds(daos).requireReadable(row.id());
          RoundDisks disks = new RoundDisks(daos);
          List<String> notes = new ArrayList<>(row.notes());
          if (daos.recoveryPoints().disks(row.id()).isEmpty()) {
            notes.addAll(disks.write(row, opened));
          } else {
            disks.requireSame(row, opened);
          }
          Instant takenAt = Instant.ofEpochMilli(takenAtMillis);
          daos.recoveryPoints().setTaken(row.id(), takenAt, windowMillis, notes);
          return disks.of(row.id());
        });
  }

  @Override
  public RoundDisk replaceBase(JobId job, RoundDisk refused, String why) {
    return database.inTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          return new RoundDisks(daos).replaceBase(refused, why);
        });
  }

  @Override
  public int recordSealed(JobId job, RecoveryPointId point, List<SealedDisk> disks) {
    return database.inTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          RecoveryPointRow row = locked(daos, point);
          for (SealedDisk disk : disks) {
            daos.recoveryPoints()
                .setSealed(
                    row.id(),
                    disk.instance().value(),
                    disk.disk(),
                    disk.sealed().root(),
                    disk.sealed().allocatedBytes(),
                    disk.counts());
          }
          if (row.state() == RecoveryPointState.STAGING) {
            daos.recoveryPoints().setState(row.id(), RecoveryPointState.SEALED);
          }
          return disks.size();
        });
  }

  @Override
  public void recordAvailable(JobId job, RecoveryPointId point) {
    database.useTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          RecoveryPointRow row = lockedOfGroup(daos, point);
          if (row.state() == RecoveryPointState.AVAILABLE) {
            return;
          }
          new Rounds(daos).requireOwned(row.id());
          if (daos.recoveryPoints().setAvailable(row.id(), clock.instant()) == 0) {
            throw Rounds.missing("The point is %s, not SEALED".formatted(row.state()));
          }
          new PointRetention(daos).apply(row.groupId());
        });
  }

  @Override
  public void completeRound(JobId job, RecoveryPointId point, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos ->
            ProtectionResults.round(
                locked(daos, point), daos.recoveryPoints().disks(point.value())));
  }

  @Override
  public List<StoredReplica> pointReplicas(RecoveryPointId point) {
    return database.inTransaction(
        daos -> {
          List<RecoveryPointDiskRow> disks =
              daos.recoveryPoints().disks(point.value()).stream()
                  .filter(disk -> disk.root() != null)
                  .toList();
          if (disks.isEmpty()) {
            throw Rounds.missing("The recovery point has no replicas any more");
          }
          return stored(daos, disks);
        });
  }

  @Override
  public List<ReplicaClone> replicaClones(JobId job, InstanceId instance) {
    return database.inTransaction(
        daos -> {
          JobRow open = JobActivitiesImpl.lockedOpen(daos, job);
          InstanceRow row =
              daos.instances()
                  .findById(instance.value())
                  .orElseThrow(() -> Rounds.missing("The instance is not there"));
          List<ReplicaClone> clones = new PointInstances(daos).clones(job, row);
          return PlanProofs.isRehearsed(daos, open)
              ? clones.stream().map(ReplicaClone::whenRead).toList()
              : clones;
        });
  }

  @Override
  public void completeVerification(
      JobId job, RecoveryPointId point, List<VerifiedDisk> disks, List<StepUpdate> updates) {
    Completion.record(
        database,
        clock,
        job,
        updates,
        daos -> new Verdicts(daos).record(locked(daos, point), disks, clock.instant()));
  }

  @Override
  public GroupRemains groupRemains(JobId job, ProtectionGroupId group) {
    return database.inTransaction(
        daos -> {
          JobActivitiesImpl.lockedOpen(daos, job);
          daos.recoveryPoints().retireLeftovers(group.value(), job.value());
          return new Remains(daos).of(group.value());
        });
  }

  @Override
  public List<StoredReplica> leftReplicas(JobId job, ProtectionGroupId group) {
    return database.inTransaction(
        daos -> {
          JobRow row = JobActivitiesImpl.lockedOpen(daos, job);
          if (ProtectionRequests.purge(row.request())) {
            daos.recoveryPoints().retireAll(group.value());
          }
          return stored(daos, daos.recoveryPoints().leftDisks(group.value(), PORTION));
        });
  }

  @Override
  public void completeDeleteGroup(JobId job, ProtectionGroupId group, List<StepUpdate> updates) {
    database.useTransaction(
        daos ->
            Completion.write(
                daos,
                job,
                updates,
                clock.instant(),
                row -> {
                  new Remains(daos).remove(group.value(), ProtectionRequests.purge(row.request()));
                  return Results.id(group.value());
                }));
  }

  static List<StoredReplica> stored(Daos daos, List<RecoveryPointDiskRow> disks) {
    return disks.stream()
        .map(
            disk ->
                new StoredReplica(
                    Lookups.ref(Lookups.host(daos, disk.hostId())), RoundDisks.spec(disk)))
        .toList();
  }

  /** Its group first: a recovery that takes an instance over holds that up, too. */
  private static RecoveryPointRow lockedOfGroup(Daos daos, RecoveryPointId point) {
    daos.recoveryPoints()
        .findById(point.value())
        .ifPresent(row -> daos.protectionGroups().lock(row.groupId()));
    return locked(daos, point);
  }

  private static RecoveryPointRow locked(Daos daos, RecoveryPointId point) {
    UUID id = point.value();
    return daos.recoveryPoints()
        .lock(id)
        .orElseThrow(() -> Rounds.missing("There is no recovery point " + id));
  }
}
