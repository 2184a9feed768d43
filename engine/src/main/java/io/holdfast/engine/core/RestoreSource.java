package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.KeptInstance;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.PointDisks;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a new instance is made of: the disks of one instance in a recovery point or in a snapshot.
 * All comes from what was kept with them: the instance that they are of may be gone. For the rest
 * of the transaction it stays as it is, and from then on the job that is accepted there keeps it.
 *
 * @param what names it to a person
 * @param host where its files lie
 * @param diskGiB in order
 */
record RestoreSource(
    String what, RestoredFrom from, KeptInstance was, HostRow host, List<Integer> diskGiB) {
  private static final long GIB = 1L << 30;

  /** {@code instance}: of the point's; null when it has one only. */
  static RestoreSource ofPoint(Daos daos, UUID id, @Nullable String instance) {
    RecoveryPointRow point = available(daos, id);
    RecoveryPointInstanceRow source = source(daos, point, instance);
    List<RecoveryPointDiskRow> disks =
        PointDisks.of(daos.recoveryPoints().disks(point.id()), source.instanceId());
    HostRow host =
        disks.stream()
            .findFirst()
            .flatMap(disk -> daos.hosts().findById(disk.hostId()))
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
                        "The recovery point has no replicas of the instance"));
    return new RestoreSource(
        "the replicas are on",
        RestoredFrom.point(
            point.id(), source.instanceId(), source.readiness(), PointDisks.volumes(disks)),
        source.kept(),
        host,
        disks.stream().map(PointDisks::gib).toList());
  }

  /** By id or name; {@code instance}: null, or the one that it was taken of. */
  static RestoreSource ofSnapshot(Daos daos, String reference, @Nullable String instance) {
    SnapshotRow found =
        Lookup.inPath(
            "snapshot", reference, daos.snapshots()::findById, daos.snapshots()::findByName);
    SnapshotRow snapshot = SnapshotTurns.readable(daos, found.id());
    if (instance != null
        && !instance.equals(snapshot.instanceName())
        && !instance.equals(snapshot.instanceId().toString())) {
      throw ProblemException.ofField(
          ProblemCode.UNKNOWN_REFERENCE,
          "instance",
          "instance: the snapshot is of %s, not of '%s'"
              .formatted(snapshot.instanceName(), instance));
    }
    KeptInstance was = snapshot.was();
    if (was == null) {
      throw new ProblemException(
          ProblemCode.SNAPSHOT_NOT_AVAILABLE,
          "What instance %s was when snapshot %s was taken was not kept"
              .formatted(snapshot.instanceName(), snapshot.name()));
    }
    HostRow host =
        daos.hosts().findById(snapshot.hostId()).orElseThrow(() -> Lookup.missing("host"));
    return new RestoreSource(
        "the snapshot is on",
        RestoredFrom.snapshot(snapshot.id(), snapshot.instanceId(), was.readiness(), was.volumes()),
        was,
        host,
        snapshot.disks().stream().map(disk -> gib(disk.bytes())).toList());
  }

  /** Before a job that failed is sent again: what its instance starts as is still there. */
  static void recheck(Daos daos, RestoredFrom from) {
    if (from.recoveryPoint() != null) {
      available(daos, from.recoveryPoint());
    } else if (from.snapshot() != null) {
      SnapshotTurns.readable(daos, from.snapshot());
    }
  }

  private static int gib(long bytes) {
    return Math.toIntExact((bytes + GIB - 1) / GIB);
  }

  private static RecoveryPointRow available(Daos daos, UUID id) {
    RecoveryPointRow point = PointTurns.lock(daos, id);
    if (point.state() != RecoveryPointState.AVAILABLE) {
      throw new ProblemException(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "Recovery point %d is %s; only one that is AVAILABLE is restored"
              .formatted(point.number(), point.state()));
    }
    return point;
  }

  private static RecoveryPointInstanceRow source(
      Daos daos, RecoveryPointRow point, @Nullable String reference) {
    List<RecoveryPointInstanceRow> all = daos.recoveryPoints().instances(point.id());
    if (all.isEmpty()) {
      throw new ProblemException(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "What the instances of recovery point %d were was not kept".formatted(point.number()));
    }
    if (reference == null && all.size() == 1) {
      return all.get(0);
    }
    String names =
        all.stream().map(RecoveryPointInstanceRow::name).collect(Collectors.joining(", "));
    if (reference == null) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance must be given: the recovery point has " + names);
    }
    return Lookup.find(
            reference,
            id -> all.stream().filter(row -> row.instanceId().equals(id)).findFirst(),
            name -> all.stream().filter(row -> row.name().equals(name)).findFirst())
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    ProblemCode.UNKNOWN_REFERENCE,
                    "instance",
                    "instance: the recovery point has no instance '%s', only %s"
                        .formatted(reference, names)));
  }
}
