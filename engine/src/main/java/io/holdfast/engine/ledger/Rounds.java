package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointInstanceRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Plans a round inside a transaction that holds the ledger's lock. */
final class Rounds {
  private final Daos daos;

  Rounds(Daos daos) {
    this.daos = daos;
  }

  /** Makes the job's point, or finds it. Fails with NO_CAPACITY, HOST_UNSUITABLE or NOT_FOUND. */
  RoundPlan plan(UUID job, UUID groupId, Instant now) {
    ProtectionGroupRow group =
        daos.protectionGroups()
            .lock(groupId)
            .orElseThrow(() -> missing("There is no such protection group"));
    List<ProtectionMemberRow> all = daos.protectionGroups().members(groupId);
    Map<UUID, String> leftOut = leftOut(all);
    List<ProtectionMemberRow> before = without(all, leftOut.keySet());
    if (before.isEmpty()) {
      throw missing(
          "No instance is left in protection group %s%s"
              .formatted(
                  group.name(),
                  leftOut.isEmpty() ? "" : ": " + String.join("; ", leftOut.values())));
    }
    requireElsewhere(group, before);
    Map<UUID, String> departed = departed(group, all);
    Optional<RecoveryPointRow> begun = daos.recoveryPoints().lockOfJob(job);
    begun.ifPresent(this::requireGoesOn);
    List<ProtectionMemberRow> members =
        begun.isPresent()
            ? before
            : without(new ReplicaClaims(daos).claim(group), leftOut.keySet());
    UUID point =
        begun
            .map(RecoveryPointRow::id)
            .orElseGet(
                () -> {
                  List<String> notes = notes(before, members, departed);
                  notes.addAll(leftOut.values());
                  return begin(job, group, members, notes, now);
                });
    return new RoundPlan(
        new RecoveryPointId(point),
        group.consistency(),
        members.stream().map(member -> member(point, member)).toList(),
        departed.keySet().stream().flatMap(id -> left(group, id).stream()).toList(),
        begun.filter(earlier -> earlier.state() != RecoveryPointState.STAGING).isPresent());
  }

  private void requireGoesOn(RecoveryPointRow begun) {
    if (isHalfMade(begun.state())) {
      requireReadable(begun.id());
    } else if (!isAvailable(begun)) {
      throw missing("The point of an earlier run is %s".formatted(begun.state()));
    }
  }

  /** A note for each instance that nothing is read from now, by its id. */
  private Map<UUID, String> leftOut(List<ProtectionMemberRow> members) {
    Map<UUID, String> notes = new LinkedHashMap<>();
    for (ProtectionMemberRow member : members) {
      unreadable(member.instanceId())
          .ifPresent(
              why ->
                  notes.put(
                      member.instanceId(),
                      "instance %s is left out: %s".formatted(member.instanceName(), why)));
    }
    return notes;
  }

  /**
   * What a recovery has taken is evidence, and nobody's to read a newer moment from. What may be on
   * another host than the ledger says may have old disks on this one.
   */
  private Optional<String> unreadable(UUID instance) {
    return isTaken(instance)
        ? Optional.of("another one takes over from it, or has")
        : UndecidedMoves.words(daos, instance);
  }

  private static List<ProtectionMemberRow> without(
      List<ProtectionMemberRow> members, Set<UUID> taken) {
    return members.stream().filter(member -> !taken.contains(member.instanceId())).toList();
  }

  private boolean isTaken(UUID instance) {
    return daos.ownerships()
        .find(instance)
        .filter(row -> row.fenced() || row.recovered())
        .isPresent();
  }

  /**
   * A point that shows what an instance had after another one took over from it would hide that the
   * other one has not got it. Fails with NOT_FOUND, which ends the round; the next one leaves the
   * instance out.
   */
  void requireOwned(UUID point) {
    for (RecoveryPointInstanceRow instance : daos.recoveryPoints().instances(point)) {
      if (isTaken(instance.instanceId())) {
        throw missing(
            "Another instance takes over from %s, or has: the round is over"
                .formatted(instance.name()));
      }
    }
  }

  /**
   * As {@link #requireOwned}, before what views show is taken for the instances: a move that had
   * them has ended meanwhile, and left it undecided where one of them is. Fails with NOT_FOUND.
   */
  void requireReadable(UUID point) {
    requireOwned(point);
    for (RecoveryPointInstanceRow instance : daos.recoveryPoints().instances(point)) {
      UndecidedMoves.words(daos, instance.instanceId())
          .ifPresent(
              words -> {
                throw missing("%s: %s".formatted(instance.name(), words));
              });
    }
  }

  /** An instance may have been moved since: a point beside its source protects nobody. */
  private void requireElsewhere(ProtectionGroupRow group, List<ProtectionMemberRow> members) {
    for (ProtectionMemberRow member : members) {
      HostRef source = source(member.instanceId(), member.instanceName());
      if (Lookups.host(daos, source.id().value()).siteId().equals(group.targetSite())) {
        throw Failures.of(
            FailureType.HOST_UNSUITABLE,
            "Instance %s is on %s, at the site where its replicas go; move it, or protect it by a group with another target"
                .formatted(member.instanceName(), source.name()));
      }
    }
  }

  private UUID begin(
      UUID job,
      ProtectionGroupRow group,
      List<ProtectionMemberRow> members,
      List<String> notes,
      Instant now) {
    UUID id = UUID.nameUUIDFromBytes(("recovery-point:" + job).getBytes(StandardCharsets.UTF_8));
    long number = daos.protectionGroups().nextNumber(group.id());
    daos.recoveryPoints().insert(RecoveryPointRow.staging(id, group.id(), number, job, notes, now));
    PointInstances instances = new PointInstances(daos);
    members.forEach(member -> instances.keep(id, member.instanceId()));
    return id;
  }

  private RoundMember member(UUID point, ProtectionMemberRow member) {
    UUID base =
        bases(member).stream()
            .map(RecoveryPointDiskRow::pointId)
            .filter(other -> !other.equals(point)) // which a run that was lost has published
            .findFirst()
            .orElse(null);
    return new RoundMember(
        new BackupOrder(
            new InstanceId(member.instanceId()),
            new RecoveryPointId(point),
            base == null ? null : new RecoveryPointId(base)),
        source(member.instanceId(), member.instanceName()));
  }

  /** Where the instance is, whose disks are to be read. */
  HostRef source(UUID instance, String name) {
    UUID host = daos.instances().findById(instance).map(InstanceRow::hostId).orElse(null);
    if (host == null) {
      throw missing("Instance %s is on no host".formatted(name));
    }
    return Lookups.ref(Lookups.host(daos, host));
  }

  /** What AVAILABLE points have of the instance where its replicas go; the newest point first. */
  List<RecoveryPointDiskRow> bases(ProtectionMemberRow member) {
    return daos.recoveryPoints()
        .bases(
            member.groupId(),
            member.instanceId(),
            Objects.requireNonNull(member.hostId(), "claimed"),
            Objects.requireNonNull(member.pool(), "claimed"));
  }

  /**
   * Names, by id, of the last point's instances that the group has no more. What nothing is read
   * from is none of them: its disks are nobody's to write to, either.
   */
  private Map<UUID, String> departed(ProtectionGroupRow group, List<ProtectionMemberRow> members) {
    Map<UUID, String> names = new LinkedHashMap<>();
    lastPoint(group.id())
        .ifPresent(
            last ->
                daos.recoveryPoints()
                    .disks(last.id())
                    .forEach(disk -> names.put(disk.instanceId(), disk.instanceName())));
    members.forEach(member -> names.remove(member.instanceId()));
    names.keySet().removeIf(id -> unreadable(id).isPresent());
    return names;
  }

  /** The newest one whose checkpoints may be at the sources. */
  Optional<RecoveryPointRow> lastPoint(UUID group) {
    return daos.recoveryPoints().ofGroup(group).stream()
        .filter(point -> point.availableAt() != null)
        .reduce((first, second) -> second);
  }

  private Optional<RoundMember> left(ProtectionGroupRow group, UUID instance) {
    @Nullable UUID host = daos.instances().findById(instance).map(InstanceRow::hostId).orElse(null);
    return lastPoint(group.id())
        .filter(last -> host != null)
        .map(
            last ->
                new RoundMember(
                    new BackupOrder(new InstanceId(instance), new RecoveryPointId(last.id()), null),
                    Lookups.ref(Lookups.host(daos, Objects.requireNonNull(host)))));
  }

  private List<String> notes(
      List<ProtectionMemberRow> before,
      List<ProtectionMemberRow> after,
      Map<UUID, String> departed) {
    List<String> notes = new ArrayList<>();
    departed.forEach(
        (id, name) ->
            notes.add(
                daos.instances().findById(id).isPresent()
                    ? "instance " + name + " was taken from the group since the last point"
                    : "instance " + name + " was deleted since the last point"));
    for (int i = 0; i < before.size(); i++) {
      ProtectionMemberRow was = before.get(i);
      ProtectionMemberRow is = after.get(i);
      boolean moves =
          was.hostId() != null
              && !(was.hostId().equals(is.hostId()) && Objects.equals(was.pool(), is.pool()));
      if (moves) {
        notes.add(
            "replicas of %s go to pool %s of %s: pool %s of %s has no room"
                .formatted(
                    is.instanceName(), is.pool(), is.hostName(), was.pool(), was.hostName()));
      }
    }
    return notes;
  }

  /** Points that are not there for recovery yet and have nobody who works on them. */
  static boolean isHalfMade(RecoveryPointState state) {
    return state == RecoveryPointState.STAGING || state == RecoveryPointState.SEALED;
  }

  private static boolean isAvailable(RecoveryPointRow point) {
    return point.state() == RecoveryPointState.AVAILABLE;
  }

  static RuntimeException missing(String what) {
    return Failures.of(FailureType.NOT_FOUND, what);
  }
}
