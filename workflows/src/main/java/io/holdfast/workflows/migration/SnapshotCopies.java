package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StreamLimit;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.TemporalFailure;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of an instance, made again at the target by the stream of recovery points. Their
 * files change no more: each goes over once, one after the other, and is whole there before the
 * guest is.
 */
final class SnapshotCopies {
  private final List<MovedSnapshot> snapshots;
  private final InstanceSpec instance;
  private final HostId source;
  private final HostId target;
  private final @Nullable StreamLimit limit;
  private final RecoveryPointId point;
  private final Set<SnapshotId> whole = new HashSet<>();

  SnapshotCopies(MigrationOrder order) {
    snapshots = order.snapshots();
    instance = order.instance();
    source = order.source().id();
    target = order.target().id();
    limit = order.copying();
    String name = "snapshots:" + instance.job();
    point = new RecoveryPointId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** A repeated call goes on with the one that is not whole. */
  void copy() {
    for (MovedSnapshot snapshot : snapshots) {
      if (!whole.contains(snapshot.id())) {
        snapshot.files().forEach(file -> copy(snapshot, file));
        Profiles.storageCopy(SnapshotActivities.class, target)
            .adoptSnapshot(snapshot.in(instance), snapshot.taken());
        deleteReplicas(Profiles.libvirtShort(ReplicaActivities.class, target), snapshot);
        whole.add(snapshot.id());
      }
    }
  }

  private void copy(MovedSnapshot snapshot, SnapshotDisk disk) {
    String name = snapshot.id().disk(disk.name());
    ReplicaSpec replica =
        new ReplicaSpec(point, instance.id(), name, disk.bytes(), instance.pool(), null, null);
    send(replica);
    ReplicaActivities there = Profiles.stream(ReplicaActivities.class, target);
    String root = there.sealReplica(replica).root();
    DiskSpec file = new DiskSpec(name, "", disk.bytes());
    there.cloneReplica(
        new ReplicaClone(replica, root, instance.id(), instance.job(), instance.pool(), file));
  }

  /** Nothing is sent when the target has it whole: the answer of an earlier call was lost. */
  private void send(ReplicaSpec replica) {
    OpenedReplica opened;
    try {
      opened = Profiles.libvirtShort(ReplicaActivities.class, target).openReplica(replica);
    } catch (TemporalFailure failure) {
      if (Failures.typeOf(failure) == FailureType.REPLICA_SEALED) {
        return;
      }
      throw failure;
    }
    Profiles.stream(OverlayActivities.class, source)
        .sendFrozenDisk(new DiskStream(replica, ChangeSource.FULL, opened, limit), 0);
  }

  /** An undo: what there is of them at the target, whole and half made. */
  void delete() {
    whole.clear();
    for (MovedSnapshot snapshot : snapshots) {
      Profiles.undo(SnapshotActivities.class, target)
          .deleteSnapshot(snapshot.id(), instance.pool());
      deleteReplicas(Profiles.undo(ReplicaActivities.class, target), snapshot);
    }
  }

  /** When the instance is the target's. */
  void clearSource() {
    for (MovedSnapshot snapshot : snapshots) {
      Profiles.undo(SnapshotActivities.class, source)
          .deleteSnapshot(snapshot.id(), snapshot.sourcePool());
    }
  }

  private void deleteReplicas(ReplicaActivities host, MovedSnapshot snapshot) {
    for (SnapshotDisk disk : snapshot.files()) {
      String name = snapshot.id().disk(disk.name());
      host.deleteReplica(point, instance.id(), name, instance.pool());
    }
  }
}
