package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.KeptVolume;
import io.holdfast.engine.db.LostWriteRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.ReversedInstanceRow;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.PlacedAdoption;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The points that keep what the old site had: of each disk a replica beside the others of its
 * instance, and one where the disk lies, in the name of what took over, from which its first round
 * starts. Inside a transaction that holds the run's row.
 */
final class KeptPoints {
  private static final int KIB = 10;

  private final Daos daos;
  private final PlanRunRow run;

  KeptPoints(Daos daos, PlanRunRow run) {
    this.daos = daos;
    this.run = run;
  }

  List<RoundDisk> plan(List<OldDisks> found, Instant now) {
    List<RoundDisk> disks = new ArrayList<>();
    for (ReversedGroupRow group : daos.reversals().groups(run.id())) {
      if (daos.recoveryPoints().findById(group.pointId()).isEmpty()) {
        begin(group, found, now);
      }
      for (RecoveryPointDiskRow row : daos.recoveryPoints().disks(group.pointId())) {
        copyOf(row)
            .ifPresent(
                copy ->
                    disks.add(
                        new RoundDisk(
                            RoundDisks.spec(row),
                            row.changeSource(),
                            hostOf(copy),
                            Lookups.ref(Lookups.host(daos, row.hostId())),
                            new StreamLimits(daos)
                                .between(hostOf(copy).id().value(), row.hostId()))));
      }
    }
    return disks;
  }

  private void begin(ReversedGroupRow group, List<OldDisks> found, Instant now) {
    UUID point = group.pointId();
    long number = daos.protectionGroups().nextNumber(group.groupId());
    List<String> notes =
        List.of("what the old site had when run %s turned the direction".formatted(run.id()));
    daos.recoveryPoints()
        .insert(RecoveryPointRow.staging(point, group.groupId(), number, point, notes, now));
    daos.recoveryPoints().setTaken(point, now, 0, notes);
    for (ProtectionMemberRow member : daos.protectionGroups().members(group.groupId())) {
      new PointInstances(daos).keep(point, member.instanceId());
      found.stream()
          .filter(disks -> disks.source().value().equals(member.instanceId()))
          .flatMap(disks -> disks.disks().stream())
          .forEach(disk -> daos.recoveryPoints().insertDisk(begun(point, member, disk)));
    }
  }

  /**
   * Compared with the replica that another instance took over from, which lies where this one goes,
   * or an older one: what only a newer one has, nobody has who runs.
   */
  private RecoveryPointDiskRow begun(UUID point, ProtectionMemberRow member, FrozenDisk disk) {
    if (member.hostId() == null || member.pool() == null) {
      throw Rounds.missing("Instance %s has no replicas".formatted(member.instanceName()));
    }
    Optional<RecoveryPointDiskRow> base =
        new Rounds(daos)
            .bases(member).stream()
                .filter(row -> row.disk().equals(disk.disk()) && row.bytes() == disk.bytes())
                .filter(row -> row.root() != null && isKnown(row))
                .findFirst();
    return row(
        point,
        member.instanceId(),
        member.instanceName(),
        disk,
        member.hostId(),
        member.pool(),
        base,
        new DiskVolumes(daos, member.instanceId()).of(disk.disk()));
  }

  /** Its successor has all of it. */
  private boolean isKnown(RecoveryPointDiskRow replica) {
    Instant began =
        daos.planRuns()
            .promotion(replica.instanceId())
            .map(PlanRunInstanceRow::takenAt)
            .orElse(Instant.MIN);
    return daos.recoveryPoints()
        .findById(replica.pointId())
        .map(RecoveryPointRow::takenAt)
        .filter(taken -> !taken.isAfter(began))
        .isPresent();
  }

  private static RecoveryPointDiskRow row(
      UUID point,
      UUID instance,
      String name,
      FrozenDisk disk,
      UUID host,
      String pool,
      Optional<RecoveryPointDiskRow> base,
      @Nullable KeptVolume volume) {
    return RecoveryPointDiskRow.begun(
        point,
        instance,
        name,
        disk.disk(),
        disk.bytes(),
        host,
        pool,
        new RecoveryPointDiskRow.Base(
            base.map(RecoveryPointDiskRow::pointId).orElse(null),
            base.map(RecoveryPointDiskRow::root).orElse(null)),
        base.isPresent() ? ChangeSource.HASHES : ChangeSource.FULL,
        base.isPresent()
            ? "the disk at the old site, compared by hash"
            : "the disk at the old site; no replica to compare it with",
        volume);
  }

  /** A point with what nothing else has is held until a person lets it go. */
  void record(List<KeptDisk> kept, Instant now) {
    for (ReversedGroupRow group : daos.reversals().groups(run.id())) {
      RecoveryPointRow point =
          daos.recoveryPoints()
              .lock(group.pointId())
              .orElseThrow(() -> Rounds.missing("The point of the old site is not there"));
      if (point.state() == RecoveryPointState.STAGING) {
        long lost = 0;
        for (KeptDisk disk : kept) {
          lost += isOf(group, disk) ? record(point.id(), disk) : 0;
        }
        daos.recoveryPoints().setState(point.id(), RecoveryPointState.SEALED);
        daos.recoveryPoints().setAvailable(point.id(), now);
        if (lost > 0) {
          daos.recoveryPoints()
              .setHeld(
                  point.id(),
                  true,
                  "%d KiB that the old site had and nobody had copied; see run %s"
                      .formatted(lost >> KIB, run.id()));
        }
      }
    }
  }

  private boolean isOf(ReversedGroupRow group, KeptDisk disk) {
    return copy(disk.instance().value())
        .filter(copy -> copy.groupId().equals(group.groupId()))
        .isPresent();
  }

  /** The disk itself, of the same content, becomes a replica of what took over. */
  private long record(UUID point, KeptDisk disk) {
    UUID instance = disk.instance().value();
    daos.recoveryPoints()
        .setSealed(
            point,
            instance,
            disk.disk(),
            disk.sealed().root(),
            disk.sealed().allocatedBytes(),
            disk.counts());
    ReversedInstanceRow copy = copy(instance).orElseThrow();
    RecoveryPointDiskRow old =
        daos.recoveryPoints().disks(point).stream()
            .filter(row -> row.instanceId().equals(instance) && row.disk().equals(disk.disk()))
            .findFirst()
            .orElseThrow();
    nameAtSuccessor(copy, old).ifPresent(name -> recordAdopted(copy, old, name, disk));
    daos.reversals()
        .insertLost(
            new LostWriteRow(
                run.id(),
                instance,
                disk.disk(),
                disk.lost().bytes(),
                disk.lost().ranges(),
                disk.lost().first()));
    return disk.lost().bytes();
  }

  /**
   * What the disk is called at the instance that took over: a volume became one of that one's own
   * disks there. Empty when that has not got it, since the point that it started as had not.
   */
  private Optional<String> nameAtSuccessor(ReversedInstanceRow copy, RecoveryPointDiskRow old) {
    return VolumeId.ofDisk(old.disk())
        .map(
            id ->
                new DiskVolumes(daos, copy.successorId())
                    .startedAs(id.value())
                    .filter(
                        name ->
                            !names(daos.recoveryPoints().disks(old.pointId()), copy)
                                .contains(name)))
        .orElse(Optional.of(old.disk()));
  }

  private void recordAdopted(
      ReversedInstanceRow copy, RecoveryPointDiskRow old, String name, KeptDisk disk) {
    daos.recoveryPoints()
        .insertDisk(
            row(
                old.pointId(),
                copy.successorId(),
                copy.successorName(),
                new FrozenDisk(name, old.bytes()),
                copy.hostId(),
                copy.pool(),
                Optional.empty(),
                old.volume()));
    daos.recoveryPoints()
        .setSealed(
            old.pointId(),
            copy.successorId(),
            name,
            disk.sealed().root(),
            disk.sealed().allocatedBytes(),
            new StreamCounts(old.bytes(), 0, 0, old.bytes()));
  }

  List<PlacedAdoption> adoptions() {
    List<PlacedAdoption> adoptions = new ArrayList<>();
    for (ReversedInstanceRow copy : daos.reversals().instances(run.id())) {
      DiskVolumes volumes = new DiskVolumes(daos, copy.sourceId());
      for (ReversedGroupRow group : daos.reversals().groups(run.id())) {
        List<RecoveryPointDiskRow> rows = daos.recoveryPoints().disks(group.pointId());
        for (RecoveryPointDiskRow row : rows) {
          if (row.instanceId().equals(copy.successorId())) {
            String disk = nameAtSource(copy, row, rows);
            adoptions.add(
                new PlacedAdoption(
                    hostOf(copy),
                    new DiskAdoption(
                        RoundDisks.spec(row),
                        new InstanceId(copy.sourceId()),
                        Objects.requireNonNull(row.root(), "kept"),
                        disk,
                        volumes.poolOf(disk).orElse(null))));
          }
        }
      }
    }
    return adoptions;
  }

  /** The inverse of {@link #nameAtSuccessor}, by what was written of both. */
  private static String nameAtSource(
      ReversedInstanceRow copy, RecoveryPointDiskRow adopted, List<RecoveryPointDiskRow> rows) {
    UUID volume = adopted.volumeId();
    return volume == null || names(rows, copy).contains(adopted.disk())
        ? adopted.disk()
        : new VolumeId(volume).disk();
  }

  /** Of the disks at the old site. */
  private static List<String> names(List<RecoveryPointDiskRow> rows, ReversedInstanceRow copy) {
    return rows.stream()
        .filter(row -> row.instanceId().equals(copy.sourceId()))
        .map(RecoveryPointDiskRow::disk)
        .toList();
  }

  List<StoredReplica> replicas() {
    return daos.reversals().groups(run.id()).stream()
        .flatMap(
            group ->
                ProtectionLedgerActivitiesImpl.stored(
                    daos, daos.recoveryPoints().disks(group.pointId()))
                    .stream())
        .toList();
  }

  void drop() {
    daos.reversals()
        .groups(run.id())
        .forEach(group -> daos.recoveryPoints().delete(group.pointId()));
    daos.reversals().deleteLost(run.id());
  }

  private Optional<ReversedInstanceRow> copyOf(RecoveryPointDiskRow row) {
    return copy(row.instanceId());
  }

  /** By the instance that was protected. */
  private Optional<ReversedInstanceRow> copy(UUID source) {
    return daos.reversals().instances(run.id()).stream()
        .filter(one -> one.sourceId().equals(source))
        .findFirst();
  }

  private static HostRef hostOf(ReversedInstanceRow copy) {
    return new HostRef(new HostId(copy.hostId()), copy.hostName());
  }
}
