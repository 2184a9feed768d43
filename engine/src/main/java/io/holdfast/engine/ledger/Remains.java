package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.RecoveryPointDiskRow;
import io.holdfast.engine.db.RecoveryPointRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.RoundMember;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What a protection group that ends leaves behind, inside a transaction. */
final class Remains {
  private final Daos daos;

  Remains(Daos daos) {
    this.daos = daos;
  }

  /**
   * At the sources, unless the group is dissolved: then they are closed. Of older points than the
   * last one a member has none but those that nobody closed; newer ones are of rounds whose undo
   * somebody skipped, and may be open.
   */
  GroupRemains of(UUID group) {
    List<RoundMember> checkpoints =
        isActive(group)
            ? newest(group).flatMap(point -> checkpoints(group, point.id())).toList()
            : List.of();
    return new GroupRemains(checkpoints, List.of());
  }

  private Stream<RecoveryPointRow> newest(UUID group) {
    List<RecoveryPointRow> points = daos.recoveryPoints().ofGroup(group);
    return new Rounds(daos)
        .lastPoint(group)
        .map(last -> points.stream().filter(point -> point.number() >= last.number()))
        .orElseGet(() -> points.stream().skip(Math.max(0, points.size() - 1)));
  }

  private boolean isActive(UUID group) {
    return daos.protectionGroups()
        .findById(group)
        .filter(row -> row.state() == ProtectionGroupState.ACTIVE)
        .isPresent();
  }

  /** Also of those that left the group since, except what another one has taken over from. */
  private Stream<RoundMember> checkpoints(UUID group, UUID point) {
    Stream<UUID> members =
        daos.protectionGroups().members(group).stream().map(ProtectionMemberRow::instanceId);
    Stream<UUID> departed =
        daos.recoveryPoints().disks(point).stream()
            .map(RecoveryPointDiskRow::instanceId)
            .filter(instance -> daos.ownerships().fenced(instance).isEmpty());
    return Stream.concat(members, departed)
        .distinct()
        .flatMap(instance -> checkpoint(instance, point).stream());
  }

  private Optional<RoundMember> checkpoint(UUID instance, UUID point) {
    return daos.instances()
        .findById(instance)
        .map(InstanceRow::hostId)
        .map(
            host ->
                new RoundMember(
                    new BackupOrder(new InstanceId(instance), new RecoveryPointId(point), null),
                    Lookups.ref(Lookups.host(daos, Objects.requireNonNull(host)))));
  }

  /** A group whose points are to stay, and which has some, is kept for them. */
  void remove(UUID group, boolean purge) {
    List<RecoveryPointRow> points = daos.recoveryPoints().ofGroup(group);
    boolean keeps =
        !purge
            && points.stream()
                .anyMatch(
                    p ->
                        p.state() == RecoveryPointState.AVAILABLE
                            || p.state() == RecoveryPointState.BROKEN);
    if (!keeps) {
      daos.protectionGroups().delete(group);
      return;
    }
    daos.protectionGroups().retainMembers(group, List.of());
    points.stream()
        .filter(p -> p.state() == RecoveryPointState.RETIRED)
        .forEach(p -> daos.recoveryPoints().delete(p.id()));
    daos.protectionGroups().dissolve(group);
  }
}
