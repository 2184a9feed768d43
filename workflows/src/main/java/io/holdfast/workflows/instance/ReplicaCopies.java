package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.ReplicaSourceActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaOrigin;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.TemporalFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Replicas of another host, made again on the host of a new instance by the stream of recovery
 * points, for as long as it takes to make disks of them. A copy has the replica's root, or no disk
 * is made of it.
 */
final class ReplicaCopies {
  private final HostId host;
  private final List<ReplicaClone> begun = new ArrayList<>();
  private final Set<String> made = new HashSet<>();

  /** {@code host}: that of the new instance. */
  ReplicaCopies(HostId host) {
    this.host = host;
  }

  /** As {@link ReplicaActivities#cloneReplica}; a repeated call does not bring it again. */
  long make(ReplicaClone clone, ReplicaOrigin origin) {
    ReplicaSpec copy = copy(clone);
    if (made.contains(copy.disk())) {
      return copy.bytes();
    }
    begun.add(clone);
    bring(clone, origin, copy);
    ReplicaActivities replicas = Profiles.stream(ReplicaActivities.class, host);
    replicas.sealReplica(copy);
    long bytes = replicas.cloneReplica(clone.of(copy));
    made.add(copy.disk());
    delete(Profiles.libvirtShort(ReplicaActivities.class, host), copy);
    return bytes;
  }

  /** Nothing is sent when it is whole here: the answer of an earlier call was lost. */
  private void bring(ReplicaClone clone, ReplicaOrigin origin, ReplicaSpec copy) {
    OpenedReplica opened;
    try {
      opened = Profiles.libvirtShort(ReplicaActivities.class, host).openReplica(copy);
    } catch (TemporalFailure failure) {
      if (Failures.typeOf(failure) == FailureType.REPLICA_SEALED) {
        return;
      }
      throw failure;
    }
    Profiles.stream(ReplicaSourceActivities.class, origin.host().id())
        .sendReplica(
            clone.replica(), new DiskStream(copy, ChangeSource.FULL, opened, origin.limit()));
  }

  /** An undo: what there is of them, whole and half made. */
  void delete() {
    begun.forEach(clone -> delete(Profiles.undo(ReplicaActivities.class, host), copy(clone)));
  }

  private static void delete(ReplicaActivities replicas, ReplicaSpec copy) {
    replicas.deleteReplica(copy.point(), copy.instance(), copy.disk(), copy.pool());
  }

  /** Named after the instance that it is for, so that it is nobody's once that is gone. */
  private static ReplicaSpec copy(ReplicaClone clone) {
    String name = "brought:" + clone.job();
    return new ReplicaSpec(
        new RecoveryPointId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
        clone.instance(),
        clone.disk().name(),
        clone.replica().bytes(),
        clone.pool(),
        null,
        null);
  }
}
