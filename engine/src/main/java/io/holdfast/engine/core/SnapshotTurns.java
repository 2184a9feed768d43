package io.holdfast.engine.core;

import io.holdfast.engine.db.BusyException;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SnapshotRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.KeptInstances;
import io.holdfast.workflows.model.JobKind;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * The turn of a job that takes or restores a snapshot: for the rest of the transaction no other job
 * is accepted on the instance, whose turn comes first, or on the snapshot.
 */
final class SnapshotTurns {
  private static final Set<JobKind> TAKES_IT_AWAY =
      EnumSet.of(JobKind.DELETE_SNAPSHOT, JobKind.MIGRATE_INSTANCE);

  private SnapshotTurns() {}

  /** As {@link VolumeTurns#recheck}: what must hold when a restore is sent again. */
  static void recheck(Daos daos, JobRow failed, UUID retry) {
    InstanceRow instance = withItsInstance(daos, retry, target(daos, failed));
    if (failed.request().path(JobRow.MEMORY).asBoolean()) {
      InstanceService.requireOwner(daos, instance);
    }
  }

  /** The same of one that is to be taken: it is of the instance as it is now. */
  static void takeAnew(Daos daos, JobRow failed, UUID retry) {
    SnapshotRow snapshot = target(daos, failed);
    InstanceRow instance = withItsInstance(daos, retry, snapshot);
    if (snapshot.memory()) {
      SnapshotMemory.requireTakeable(daos, instance, snapshot.consistency());
    }
    daos.snapshots()
        .setWanted(
            snapshot.id(),
            SnapshotMemory.room(instance, snapshot.memory()),
            KeptInstances.of(daos, instance));
  }

  private static SnapshotRow target(Daos daos, JobRow failed) {
    return daos.snapshots()
        .findById(failed.targetId())
        .orElseThrow(() -> Lookup.missing("snapshot any more"));
  }

  /** The instance as it is then; it must be there, on the snapshot's host. */
  static InstanceRow withItsInstance(Daos daos, UUID jobId, SnapshotRow snapshot) {
    InstanceRow found =
        daos.instances()
            .findById(snapshot.instanceId())
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.REFERENCE_GONE,
                        "Instance %s, of which snapshot %s was taken, is gone"
                            .formatted(snapshot.instanceName(), snapshot.name())));
    InstanceRow instance = VolumeTurns.beside(daos, jobId, found);
    idle(daos, snapshot);
    if (!snapshot.hostId().equals(instance.hostId()) || !snapshot.pool().equals(instance.pool())) {
      throw new ProblemException(
          ProblemCode.SNAPSHOT_ELSEWHERE,
          "Snapshot %s lies in pool %s of another host than instance %s, or in another pool"
              .formatted(snapshot.name(), snapshot.pool(), instance.name()));
    }
    return instance;
  }

  /**
   * For a job that makes an instance of it, of which there may be several at once: the snapshot is
   * whole and stays until that job has ended, or a delete or a move came first.
   */
  static SnapshotRow readable(Daos daos, UUID id) {
    SnapshotRow snapshot = daos.snapshots().lock(id).orElseThrow(() -> Lookup.missing("snapshot"));
    requireWhole(snapshot);
    daos.jobs()
        .activeJobOf(id)
        .flatMap(daos.jobs()::find)
        .filter(job -> TAKES_IT_AWAY.contains(job.kind()))
        .ifPresent(
            job -> {
              throw Acceptance.busy(TargetType.SNAPSHOT, snapshot.name(), job.id());
            });
    return snapshot;
  }

  /** For its delete: as {@link #idle}, and nothing is being made of it. */
  static SnapshotRow unread(Daos daos, SnapshotRow found) {
    SnapshotRow snapshot =
        daos.snapshots()
            .lock(idle(daos, found).id()) // as readable does: one of the two comes first
            .orElseThrow(() -> Lookup.missing("snapshot"));
    daos.jobs()
        .activeCloneOf(snapshot.id())
        .ifPresent(
            job -> {
              throw Acceptance.busy(TargetType.SNAPSHOT, snapshot.name(), job);
            });
    return snapshot;
  }

  static void requireWhole(SnapshotRow snapshot) {
    if (snapshot.takenAt() == null) {
      throw new ProblemException(
          ProblemCode.SNAPSHOT_NOT_AVAILABLE,
          "Snapshot %s was never taken whole".formatted(snapshot.name()));
    }
  }

  /** The snapshot as it is once no job works on it, for the rest of the transaction. */
  static SnapshotRow idle(Daos daos, SnapshotRow found) {
    try {
      daos.jobs().takeTurn(found.id());
    } catch (BusyException busy) {
      throw Acceptance.busy(TargetType.SNAPSHOT, found.name(), busy);
    }
    return daos.snapshots().findById(found.id()).orElseThrow(() -> Lookup.missing("snapshot"));
  }
}
