package io.holdfast.workflows.replication;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.SealedDisk;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The disks of a round on their way to the target. */
final class Streams {
  private static final int MIB = 20;

  private final List<RoundDisk> disks;
  private List<OpenedReplica> opened = List.of();
  private List<StreamCounts> counts = List.of();

  Streams(List<RoundDisk> disks) {
    this.disks = new ArrayList<>(disks);
  }

  int size() {
    return disks.size();
  }

  /**
   * A base that the target refuses is replaced, at most until there is none. What a run that was
   * lost has sealed, nobody has recorded: it is made again, of the view that is open now.
   */
  void open(ProtectionLedgerActivities ledger, JobId job) {
    opened =
        Together.all(
            IntStream.range(0, disks.size())
                .mapToObj(i -> (Func<OpenedReplica>) () -> open(ledger, job, i))
                .toList());
  }

  private OpenedReplica open(ProtectionLedgerActivities ledger, JobId job, int position) {
    while (true) {
      RoundDisk disk = disks.get(position);
      try {
        return Profiles.libvirtShort(ReplicaActivities.class, disk.target().id())
            .openReplica(disk.replica());
      } catch (TemporalFailure failure) {
        FailureType type = Failures.typeOf(failure);
        if (type == FailureType.REPLICA_SEALED) {
          Replicas.delete(
              Profiles.libvirtShort(ReplicaActivities.class, disk.target().id()),
              new StoredReplica(disk.target(), disk.replica()));
        } else if (type == FailureType.REPLICA_REFUSED && disk.replica().base() != null) {
          disks.set(position, ledger.replaceBase(job, disk, Failures.describe(failure).message()));
        } else {
          throw failure;
        }
      }
    }
  }

  /** {@code published}: then they are somebody's to recover from, and stay. */
  void undoOpen(boolean published) {
    if (published) {
      return;
    }
    for (RoundDisk disk : disks) {
      HostId host = disk.target().id();
      Replicas.delete(
          Profiles.undo(ReplicaActivities.class, host),
          new StoredReplica(disk.target(), disk.replica()));
    }
  }

  void send() {
    counts =
        Together.all(
            IntStream.range(0, disks.size())
                .mapToObj(i -> (Func<StreamCounts>) () -> send(disks.get(i), opened.get(i)))
                .toList());
  }

  private static StreamCounts send(RoundDisk disk, OpenedReplica target) {
    return Profiles.stream(BackupActivities.class, disk.source().id())
        .sendDisk(new DiskStream(disk.replica(), disk.change(), target, disk.limit()));
  }

  /** For people. */
  String sent() {
    long wire = counts.stream().mapToLong(StreamCounts::wire).sum();
    long logical = counts.stream().mapToLong(StreamCounts::logical).sum();
    return "%d disks of %d MiB; %d KiB on the wire"
        .formatted(disks.size(), logical >> MIB, wire >> 10);
  }

  List<SealedDisk> seal() {
    return Together.all(
        IntStream.range(0, disks.size())
            .mapToObj(i -> (Func<SealedDisk>) () -> seal(disks.get(i), counts.get(i)))
            .toList());
  }

  private static SealedDisk seal(RoundDisk disk, StreamCounts counts) {
    ReplicaSpec replica = disk.replica();
    return new SealedDisk(
        replica.instance(),
        replica.disk(),
        counts,
        Profiles.stream(ReplicaActivities.class, disk.target().id()).sealReplica(replica));
  }
}
