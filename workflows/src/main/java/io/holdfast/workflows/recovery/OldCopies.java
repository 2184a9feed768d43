package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.OldCopy;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.PlacedAdoption;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import java.util.List;

/**
 * What the old site has of the instances, which are off there. Its disks are read and cloned, never
 * written to.
 */
final class OldCopies {
  private static final int FROM_THE_FILES = 0;
  private static final int KIB = 10;

  private final ReversalLedgerActivities ledger;
  private final JobId run;
  private final List<OldCopy> copies;

  OldCopies(ReversalLedgerActivities ledger, JobId run, List<OldCopy> copies) {
    this.ledger = ledger;
    this.run = run;
    this.copies = copies;
  }

  /**
   * Sends what only the old disks have to where the instances are now, as a recovery point;
   * compared by hash, so nothing else crosses the wire. Says what that was.
   */
  String keep() {
    List<OldDisks> disks = copies.stream().map(OldCopies::disks).toList();
    List<KeptDisk> kept =
        Together.all(
            ledger.planKept(run, disks).stream()
                .map(disk -> (Func<KeptDisk>) () -> keep(disk))
                .toList());
    ledger.recordKept(run, kept);
    copies.forEach(copy -> forgetLeaves(copy, Profiles.libvirtShort(overlays(), copy.host().id())));
    long wire = kept.stream().mapToLong(disk -> disk.counts().wire()).sum();
    long lost = kept.stream().mapToLong(disk -> disk.lost().bytes()).sum();
    return "%d KiB were written there and never copied; %d KiB on the wire"
        .formatted(lost >> KIB, wire >> KIB);
  }

  private static OldDisks disks(OldCopy copy) {
    return new OldDisks(
        copy.source(),
        Profiles.storageCopy(overlays(), copy.host().id()) // what lies over them is merged first
            .freezeDisks(copy.source(), FROM_THE_FILES));
  }

  private static KeptDisk keep(RoundDisk disk) {
    ReplicaSpec replica = disk.replica();
    StreamCounts counts = send(disk);
    ReplicaActivities target = Profiles.stream(ReplicaActivities.class, disk.target().id());
    return new KeptDisk(
        replica.instance(),
        replica.disk(),
        target.sealReplica(replica),
        counts,
        target.compareReplica(replica));
  }

  /** One that is sealed was sent by an attempt whose answer was lost. */
  private static StreamCounts send(RoundDisk disk) {
    OpenedReplica opened;
    try {
      opened =
          Profiles.libvirtShort(ReplicaActivities.class, disk.target().id())
              .openReplica(disk.replica());
    } catch (TemporalFailure failure) {
      if (Failures.typeOf(failure) != FailureType.REPLICA_SEALED) {
        throw failure;
      }
      return new StreamCounts(0, 0, 0, 0);
    }
    return Profiles.stream(overlays(), disk.source().id())
        .sendFrozenDisk(
            new DiskStream(disk.replica(), disk.change(), opened, disk.limit()), FROM_THE_FILES);
  }

  /** The old disks become replicas where they lie. */
  String adopt() {
    List<PlacedAdoption> adoptions = ledger.adoptions(run);
    Together.all(
        adoptions.stream()
            .map(
                one ->
                    (Func<Long>)
                        () ->
                            Profiles.stream(ReplicaActivities.class, one.host().id())
                                .adoptDisk(one.adoption())
                                .allocatedBytes())
            .toList());
    return "%d disks".formatted(adoptions.size());
  }

  void dropAdopted() {
    for (PlacedAdoption one : ledger.adoptions(run)) {
      drop(new StoredReplica(one.host(), one.adoption().replica()));
    }
  }

  void dropKept() {
    ledger.keptReplicas(run).forEach(OldCopies::drop);
    copies.forEach(copy -> forgetLeaves(copy, Profiles.undo(overlays(), copy.host().id())));
    ledger.dropKept(run);
  }

  private static void drop(StoredReplica one) {
    ReplicaSpec replica = one.replica();
    Profiles.undo(ReplicaActivities.class, one.host().id())
        .deleteReplica(replica.point(), replica.instance(), replica.disk(), replica.pool());
  }

  private static void forgetLeaves(OldCopy copy, OverlayActivities host) {
    host.mergeOverlays(copy.source()); // there are none; what was noted for the stream goes
  }

  private static Class<OverlayActivities> overlays() {
    return OverlayActivities.class;
  }
}
