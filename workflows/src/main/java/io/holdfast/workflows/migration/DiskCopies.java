package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.CopyBase;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Together;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies of an instance's disks, and of the volumes that it has, at the target, by the stream of
 * recovery points: what was copied stays copied. Each copy is of the disks as they are frozen below
 * an overlay, and starts from the copy before it, or from a replica that lies at the target anyway.
 */
final class DiskCopies {
  /** Copying again pays while it takes longer than the switchover takes to send the overlays. */
  private static final long OVERLAYS_BYTES = 64L << 20;

  private static final int NONE = -1;

  /** Copies that a run which was lost may have made, when nobody can say how many. */
  private static final int MAY_BE_LEFT = 32;

  private final MigrationOrder order;
  private final InstanceSpec instance;
  private final OverlayActivities overlays;
  private final ReplicaActivities replicas;
  private List<CopyBase> bases;
  private List<FrozenDisk> disks = List.of();

  /** The topmost overlay that was asked for; 0 for the disks of an instance that is off. */
  private int frozen;

  /** The overlay below which all was copied; less than {@link #frozen}: a copy is not whole. */
  private int copied = NONE;

  /** As {@link #copied}, of what the volumes at the target were made of. */
  private int made = NONE;

  /** The first overlay to ask for. */
  private int lowest = 1;

  /** The topmost overlay that an earlier run may have asked for. */
  private int left;

  private long wire;

  DiskCopies(MigrationOrder order) {
    this.order = order;
    instance = order.moving();
    overlays = Profiles.libvirtShort(OverlayActivities.class, order.source().id());
    replicas = Profiles.libvirtShort(ReplicaActivities.class, order.target().id());
    bases = order.bases();
    left = order.stage() == MigrationStage.COPYING ? 0 : MAY_BE_LEFT;
  }

  /**
   * Overlays that lie over the disks already, of an earlier run: all that is below the topmost one
   * is copied, since the switchover sends that one alone.
   */
  void found(int overlays) {
    left = Math.max(left, overlays);
    lowest = Math.max(1, overlays);
  }

  /** Freezes the disks of an instance that runs, under its first overlay or what was found. */
  void freeze() {
    frozen = lowest;
    overlays.freezeDisks(instance.id(), frozen);
  }

  /**
   * Copies what is frozen; and as often again, under one more overlay, as the guest wrote much
   * meanwhile. A repeated call goes on with the copy that is not whole.
   */
  void copy(int atMostAgain) {
    copyFrozen();
    for (int again = 0; frozen > 0 && again < atMostAgain; again++) {
      if (overlays.readOverlays(instance.id()) <= OVERLAYS_BYTES) {
        return;
      }
      frozen++;
      copyFrozen();
    }
  }

  private void copyFrozen() {
    if (copied == frozen) {
      return;
    }
    int below = frozen;
    disks = freezing(below).freezeDisks(instance.id(), below);
    requireAll();
    bases =
        Together.all(disks.stream().map(disk -> (Func<CopyBase>) () -> copy(disk, below)).toList());
    int before = copied;
    copied = below;
    if (before != NONE) {
      deleteCopy(Profiles.move(ReplicaActivities.class, order.target().id()), before);
    }
  }

  /** Of an instance that is off, overlays of an earlier attempt are merged first. */
  private OverlayActivities freezing(int below) {
    return below > 0 ? overlays : Profiles.move(OverlayActivities.class, order.source().id());
  }

  /** What the domain has no more would be removed at the source, and never be copied. */
  private void requireAll() {
    List<String> frozen = disks.stream().map(FrozenDisk::disk).toList();
    for (DiskSpec disk : instance.disks()) {
      if (!frozen.contains(disk.name())) {
        throw Failures.of(
            FailureType.MIGRATION_REFUSED, "Its domain has not got its disk " + disk.name());
      }
    }
  }

  private CopyBase copy(FrozenDisk disk, int below) {
    CopyBase base = base(disk.disk());
    ReplicaSpec replica = replica(disk.disk(), disk.bytes(), below, base);
    if (base == null || !send(replica, below)) {
      replica = replica(disk.disk(), disk.bytes(), below, null);
      send(replica, below);
    }
    String root =
        Profiles.stream(ReplicaActivities.class, order.target().id()).sealReplica(replica).root();
    return new CopyBase(disk.disk(), replica.point(), root);
  }

  /** False when the target has another base. Nothing is sent when it has the copy whole. */
  private boolean send(ReplicaSpec replica, int below) {
    OpenedReplica opened;
    try {
      opened = replicas.openReplica(replica);
    } catch (TemporalFailure failure) {
      FailureType type = Failures.typeOf(failure);
      if (type == FailureType.REPLICA_REFUSED && replica.base() != null) {
        return false;
      }
      if (type == FailureType.REPLICA_SEALED) {
        return true; // by a call whose answer was lost
      }
      throw failure;
    }
    ChangeSource change = replica.base() == null ? ChangeSource.FULL : ChangeSource.HASHES;
    StreamCounts counts =
        Profiles.stream(OverlayActivities.class, order.source().id())
            .sendFrozenDisk(new DiskStream(replica, change, opened, order.copying()), below);
    wire += counts.wire();
    return true;
  }

  /** True when the volumes at the target are not of the newest copy. */
  boolean outdated() {
    return made != copied;
  }

  /** Makes the instance's disks at the target of the newest copy; none must be there. */
  void makeVolumes() {
    ReplicaActivities clones = Profiles.stream(ReplicaActivities.class, order.target().id());
    for (FrozenDisk frozenDisk : disks) {
      String name = frozenDisk.disk();
      DiskSpec disk = disk(name);
      CopyBase copy = Objects.requireNonNull(base(name), name);
      ReplicaSpec replica = replica(name, frozenDisk.bytes(), copied, null);
      clones.cloneReplica(
          new ReplicaClone(
              replica, copy.root(), instance.id(), instance.job(), instance.pool(), disk));
    }
    made = copied;
  }

  /** The volumes at the target were removed. */
  void volumesRemoved() {
    made = NONE;
  }

  /** For people. */
  String sent() {
    return "%d KiB on the wire, %s"
        .formatted(wire >> 10, copied > 1 ? "in %d copies".formatted(copied) : "in one copy");
  }

  /** Whatever copies this job made, half made ones too; none is no error. */
  void delete(ReplicaActivities host) {
    for (int below = 0; below <= Math.max(frozen, left); below++) {
      deleteCopy(host, below);
    }
  }

  /**
   * As {@link #delete}, but what is whole, or was the first to be copied, is kept for another job
   * that brings the instance here.
   */
  void keep(ReplicaActivities undo) {
    int kept = copied == NONE ? frozen : copied;
    int first = Math.min(1, frozen);
    for (int below = Math.max(frozen, left);
        below >= first;
        below--) { // what stands on another one goes first
      if (below != kept) {
        deleteCopy(undo, below);
      }
    }
    for (DiskSpec disk : instance.disks()) {
      undo.keepReplica(point(kept), instance.id(), disk.name(), instance.pool());
    }
  }

  private void deleteCopy(ReplicaActivities host, int below) {
    for (DiskSpec disk : instance.disks()) {
      host.deleteReplica(point(below), instance.id(), disk.name(), instance.pool());
    }
  }

  private DiskSpec disk(String name) {
    return instance.disks().stream()
        .filter(disk -> disk.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Failures.of(
                    FailureType.MIGRATION_REFUSED, "The ledger knows no disk " + name + " of it"));
  }

  private @Nullable CopyBase base(String disk) {
    return bases.stream().filter(base -> base.disk().equals(disk)).findFirst().orElse(null);
  }

  private ReplicaSpec replica(String disk, long bytes, int below, @Nullable CopyBase base) {
    return new ReplicaSpec(
        point(below),
        instance.id(),
        disk,
        bytes,
        instance.pool(),
        base == null ? null : base.point(),
        base == null ? null : base.root());
  }

  /**
   * No point of a group has it: it derives from this job, and from its claim. A job that comes back
   * to a host must not take what it left there for a copy of the disks as they are now.
   */
  private RecoveryPointId point(int below) {
    String claim = order.claimedAtMillis() == 0 ? "" : order.claimedAtMillis() + ":";
    String name = "copy:" + instance.job() + ":" + claim + below;
    return new RecoveryPointId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
  }
}
