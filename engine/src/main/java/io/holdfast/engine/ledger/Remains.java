package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.ProtectionMemberRow;
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

/** What a protection group that ends leaves behind, inside a transaction. */
final class Remains {
  private final Daos daos;

  Remains(Daos daos) {
    this.daos = daos;
  }

  /** At the sources; of older points a member has none but those that nobody closed. */
  GroupRemains of(UUID group) {
    List<RecoveryPointRow> points = daos.recoveryPoints().ofGroup(group);
    Optional<UUID> newest =
        new Rounds(daos)
            .lastPoint(group)
            .or(() -> points.stream().reduce((first, second) -> second))
            .map(RecoveryPointRow::id);
    List<RoundMember> checkpoints =
        newest.stream()
            .flatMap(
                point ->
                    daos.protectionGroups().members(group).stream()
                        .flatMap(member -> checkpoint(member, point).stream()))
            .toList();
    return new GroupRemains(checkpoints, List.of());
  }

  private List<RoundMember> checkpoint(ProtectionMemberRow member, UUID point) {
    return daos
        .instances()
        .findById(member.instanceId())
        .map(InstanceRow::hostId)
        .map(
            host ->
                new RoundMember(
                    new BackupOrder(
                        new InstanceId(member.instanceId()), new RecoveryPointId(point), null),
                    Lookups.ref(Lookups.host(daos, Objects.requireNonNull(host)))))
        .stream()
        .toList();
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
