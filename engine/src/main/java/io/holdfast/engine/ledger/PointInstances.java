package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RestoredFrom;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What points know of their instances, and what is made of it; inside a transaction. */
final class PointInstances {
  private final Daos daos;

  PointInstances(Daos daos) {
    this.daos = daos;
  }

  /** Writes down what the instance is now: it may be gone when the point is needed. */
  void keep(UUID point, UUID instanceId) {
    InstanceRow row =
        daos.instances()
            .findById(instanceId)
            .orElseThrow(() -> Rounds.missing("There is no instance " + instanceId));
    daos.recoveryPoints()
        .insertInstance(RecoveryPointInstanceRow.of(point, row.id(), KeptInstances.of(daos, row)));
  }

  /** See {@link io.holdfast.workflows.activity.ProtectionLedgerActivities#replicaClones}. */
  List<ReplicaClone> clones(JobId job, InstanceRow row) {
    RestoredFrom from = Objects.requireNonNull(row.spec().restored(), "a restored instance");
    UUID host = row.hostId();
    String pool = row.pool();
    if (host == null || pool == null) {
      throw Rounds.missing("The instance has no place");
    }
    List<RecoveryPointDiskRow> disks =
        PointDisks.of(
            daos.recoveryPoints().disks(Objects.requireNonNull(from.recoveryPoint())),
            from.instance());
    List<ReplicaClone> clones = new ArrayList<>();
    for (int i = 0; i < disks.size(); i++) {
      RecoveryPointDiskRow disk = disks.get(i);
      if (disk.broken() != null) {
        throw Failures.of(
            FailureType.REPLICA_BROKEN,
            "%s of %s: %s".formatted(disk.disk(), disk.instanceName(), disk.broken()));
      }
      DiskSpec spec = InstanceSpecs.disk(i, row.spec());
      ReplicaClone clone =
          new ReplicaClone(
              RoundDisks.spec(disk),
              Objects.requireNonNull(disk.root(), "sealed"),
              new InstanceId(row.id()),
              job,
              pool,
              spec);
      clones.add(disk.hostId().equals(host) ? clone : clone.from(origin(disk, host)));
    }
    if (clones.size() != row.spec().diskGiB().size()) {
      throw Rounds.missing("The recovery point has no replicas any more");
    }
    return clones;
  }

  private ReplicaOrigin origin(RecoveryPointDiskRow disk, UUID to) {
    return new ReplicaOrigin(
        Lookups.ref(Lookups.host(daos, disk.hostId())),
        new StreamLimits(daos).between(disk.hostId(), to));
  }
}
