package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.protection.BasePlanner;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The disks of a round and what they start from, inside a transaction. */
final class RoundDisks {
  private final Daos daos;
  private final Rounds rounds;

  RoundDisks(Daos daos) {
    this.daos = daos;
    this.rounds = new Rounds(daos);
  }

  /** Writes the disks of a point; answers with what is unusual about them. */
  List<String> write(RecoveryPointRow point, List<OpenedMember> opened) {
    List<String> notes = new ArrayList<>();
    for (OpenedMember member : opened) {
      ProtectionMemberRow row =
          daos.protectionGroups().members(point.groupId()).stream()
              .filter(m -> m.instanceId().equals(member.order().instance().value()))
              .findFirst()
              .orElseThrow(() -> Rounds.missing("An instance has left the group"));
      write(point, row, member, notes);
    }
    return notes;
  }

  /**
   * The bitmap of a backup counts from the backup's base. When that point may not be used any more,
   * another one is taken, which must then be compared by hash.
   */
  private void write(
      RecoveryPointRow point, ProtectionMemberRow member, OpenedMember opened, List<String> notes) {
    RecoveryPointId asked = opened.order().base();
    List<RecoveryPointDiskRow> bases = rounds.bases(member);
    @Nullable UUID newest =
        bases.stream().findFirst().map(RecoveryPointDiskRow::pointId).orElse(null);
    boolean asAsked = newest == null || (asked != null && newest.equals(asked.value()));
    DiskVolumes volumes = new DiskVolumes(daos, member.instanceId());
    Optional<RecoveryPointRow> base =
        Optional.ofNullable(newest).flatMap(daos.recoveryPoints()::findById);
    List<BackupDisk> disks =
        asAsked
            ? trusted(opened.backup().disks(), base)
            : opened.backup().disks().stream()
                .map(
                    disk ->
                        compared(
                            disk,
                            "the point that its changes were counted from may not be used any more"))
                .toList();
    BasePlanner.Plan plan = BasePlanner.plan(disks, base(base, bases));
    for (BasePlanner.Choice choice : plan.choices()) {
      daos.recoveryPoints()
          .insertDisk(
              RecoveryPointDiskRow.begun(
                  point.id(),
                  member.instanceId(),
                  member.instanceName(),
                  choice.disk(),
                  choice.bytes(),
                  Objects.requireNonNull(member.hostId(), "claimed"),
                  Objects.requireNonNull(member.pool(), "claimed"),
                  new RecoveryPointDiskRow.Base(
                      choice.root() == null ? null : newest, choice.root()),
                  choice.change(),
                  choice.reason(),
                  volumes.of(choice.disk())));
    }
    for (String note : plan.notes()) {
      notes.add(member.instanceName() + ": " + inWords(note, bases));
    }
    absent(volumes, disks)
        .forEach(
            volume ->
                notes.add(
                    "%s: volume %s is not in this point, as the domain did not have it"
                        .formatted(member.instanceName(), volume)));
  }

  /**
   * What was noted of a volume's changes counts from when it was attached, if that was after the
   * base: then it is compared.
   */
  private List<BackupDisk> trusted(List<BackupDisk> disks, Optional<RecoveryPointRow> base) {
    Instant since = base.map(RecoveryPointRow::takenAt).orElse(Instant.MAX);
    List<UUID> ids =
        disks.stream()
            .flatMap(disk -> VolumeId.ofDisk(disk.name()).stream())
            .map(VolumeId::value)
            .toList();
    Set<UUID> changed =
        ids.isEmpty() || base.isEmpty() ? Set.of() : daos.volumes().changedSince(ids, since);
    return disks.stream()
        .map(
            disk ->
                VolumeId.ofDisk(disk.name()).filter(id -> changed.contains(id.value())).isPresent()
                        && disk.change() == ChangeSource.BITMAP
                    ? compared(disk, "the volume was attached since")
                    : disk)
        .toList();
  }

  /** A volume's disk is called after its id, which says nothing to a person. */
  private static String inWords(String note, List<RecoveryPointDiskRow> bases) {
    return bases.stream()
        .filter(disk -> VolumeId.ofDisk(disk.disk()).isPresent())
        .filter(disk -> note.contains(disk.disk()))
        .findFirst()
        .map(disk -> note.replace("disk " + disk.disk(), "volume " + disk.volumeName()))
        .orElse(note);
  }

  /** The names of those that are attached by the ledger, but were not in the domain then. */
  private static List<String> absent(DiskVolumes volumes, List<BackupDisk> disks) {
    Set<String> there = disks.stream().map(BackupDisk::name).collect(toSet());
    return volumes.attached().stream()
        .filter(volume -> !there.contains(new VolumeId(volume.id()).disk()))
        .map(VolumeRow::name)
        .toList();
  }

  /**
   * A run that follows a lost one has opened views of its own. When they show other disks than the
   * point has by now, the point would be of no moment. Fails with NOT_FOUND, which ends the round.
   */
  void requireSame(RecoveryPointRow point, List<OpenedMember> opened) {
    Set<String> chosen =
        daos.recoveryPoints().disks(point.id()).stream()
            .map(disk -> "%s %s %d".formatted(disk.instanceId(), disk.disk(), disk.bytes()))
            .collect(toSet());
    Set<String> shown =
        opened.stream()
            .flatMap(
                member ->
                    member.backup().disks().stream()
                        .map(
                            disk ->
                                "%s %s %d"
                                    .formatted(
                                        member.order().instance(), disk.name(), disk.bytes())))
            .collect(toSet());
    if (!chosen.equals(shown)) {
      throw Rounds.missing("The disks are others than when the round was begun: it is over");
    }
  }

  private static BackupDisk compared(BackupDisk disk, String why) {
    return new BackupDisk(disk.name(), disk.bytes(), ChangeSource.HASHES, why);
  }

  private static Optional<BasePlanner.Base> base(
      Optional<RecoveryPointRow> point, List<RecoveryPointDiskRow> candidates) {
    return point.map(
        row ->
            new BasePlanner.Base(
                row.number(),
                candidates.stream()
                    .filter(disk -> disk.pointId().equals(row.id()) && disk.root() != null)
                    .collect(
                        toMap(
                            RecoveryPointDiskRow::disk,
                            disk ->
                                new BasePlanner.Base.Disk(
                                    disk.bytes(), Objects.requireNonNull(disk.root()))))));
  }

  /** See {@link io.holdfast.workflows.activity.ProtectionLedgerActivities#replaceBase}. */
  RoundDisk replaceBase(RoundDisk refused, String why) {
    ReplicaSpec replica = refused.replica();
    RecoveryPointId base = Objects.requireNonNull(replica.base());
    daos.recoveryPoints().lock(base.value()).ifPresent(row -> markBroken(row, replica, why));
    RecoveryPointDiskRow disk =
        daos.recoveryPoints().disks(replica.point().value()).stream()
            .filter(row -> isOf(row, replica))
            .findFirst()
            .orElseThrow(() -> Rounds.missing("The point has no such disk"));
    UUID group =
        daos.recoveryPoints().findById(disk.pointId()).map(RecoveryPointRow::groupId).orElseThrow();
    Optional<RecoveryPointDiskRow> other =
        daos.recoveryPoints().bases(group, disk.instanceId(), disk.hostId(), disk.pool()).stream()
            .filter(row -> row.disk().equals(disk.disk()) && row.bytes() == disk.bytes())
            .findFirst();
    RecoveryPointDiskRow replaced = replaced(disk, other, why);
    daos.recoveryPoints().setBase(replaced);
    return disk(replaced, refused.source());
  }

  private void markBroken(RecoveryPointRow point, ReplicaSpec replica, String why) {
    daos.recoveryPoints().setBroken(point.id(), replica.instance().value(), replica.disk(), why);
    if (point.state() == RecoveryPointState.AVAILABLE) {
      daos.recoveryPoints().setState(point.id(), RecoveryPointState.BROKEN);
    }
  }

  private static RecoveryPointDiskRow replaced(
      RecoveryPointDiskRow disk, Optional<RecoveryPointDiskRow> other, String why) {
    return disk.startingFrom(
        new RecoveryPointDiskRow.Base(
            other.map(RecoveryPointDiskRow::pointId).orElse(null),
            other.map(RecoveryPointDiskRow::root).orElse(null)),
        other.isPresent() ? ChangeSource.HASHES : ChangeSource.FULL,
        "the target refused its base: " + why);
  }

  private static boolean isOf(RecoveryPointDiskRow row, ReplicaSpec replica) {
    return row.instanceId().equals(replica.instance().value()) && row.disk().equals(replica.disk());
  }

  /** The disks of a point as its round sends them. */
  List<RoundDisk> of(UUID point) {
    return daos.recoveryPoints().disks(point).stream()
        .map(row -> disk(row, rounds.source(row.instanceId(), row.instanceName())))
        .toList();
  }

  private RoundDisk disk(RecoveryPointDiskRow row, HostRef source) {
    return new RoundDisk(
        spec(row),
        row.changeSource(),
        source,
        Lookups.ref(Lookups.host(daos, row.hostId())),
        new StreamLimits(daos).between(source.id().value(), row.hostId()));
  }

  static ReplicaSpec spec(RecoveryPointDiskRow row) {
    return new ReplicaSpec(
        new RecoveryPointId(row.pointId()),
        new InstanceId(row.instanceId()),
        row.disk(),
        row.bytes(),
        row.pool(),
        row.baseId() == null ? null : new RecoveryPointId(row.baseId()),
        row.baseRoot());
  }
}
