package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionMemberRow;
import io.holdfast.engine.db.VolumeRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.protection.ReplicaPlanner;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Claims room for replicas inside a transaction that holds the ledger's lock. The acceptance of a
 * group uses it too: a target without room is refused before anything is written.
 */
public final class ReplicaClaims {
  private final Daos daos;

  public ReplicaClaims(Daos daos) {
    this.daos = daos;
  }

  /**
   * Claims a place for each instance of the group, each seeing the claims of those before it; one
   * that has a place keeps it while there is room. Fails with NO_CAPACITY.
   */
  public List<ProtectionMemberRow> claim(ProtectionGroupRow group) {
    for (ProtectionMemberRow member : daos.protectionGroups().members(group.id())) {
      claim(group, member);
    }
    return daos.protectionGroups().members(group.id());
  }

  private void claim(ProtectionGroupRow group, ProtectionMemberRow member) {
    InstanceRow instance =
        daos.instances()
            .findById(member.instanceId())
            .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "The instance is not there"));
    ReplicaPlanner.Request request =
        new ReplicaPlanner.Request(
            bytes(instance),
            group.targetSite(),
            member.hostId(),
            member.pool(),
            member.diskBytes(),
            apart(instance));
    daos.protectionGroups().setPlace(member.instanceId(), null, null, 0); // not in its own way
    PlacementPlan plan = ReplicaPlanner.plan(request, hosts());
    PlacementPlan.Choice choice =
        plan.chosen()
            .orElseThrow(
                () ->
                    Failures.of(
                        FailureType.NO_CAPACITY,
                        "No host at the target site has room for the replicas of %s, %d MiB"
                            .formatted(member.instanceName(), request.diskBytes() >> 20),
                        PlanText.refusals(plan)));
    daos.protectionGroups()
        .setPlace(member.instanceId(), choice.host(), choice.pool(), request.diskBytes());
  }

  /** A recovery runs each instance where its replicas are: they are spread as if they all ran. */
  private List<HostCapacity> hosts() {
    Map<UUID, Long> promised = daos.protectionGroups().memoryByTarget();
    return new Claims(daos)
        .capacities().stream()
            .map(host -> host.expecting(promised.getOrDefault(host.id(), 0L)))
            .toList();
  }

  /** Hosts that have another of its group, or would start it from the replicas that they have. */
  private Map<UUID, String> apart(InstanceRow instance) {
    String group = instance.antiAffinity();
    return group == null
        ? Map.of()
        : daos.protectionGroups().hostsOfGroup(instance.project(), group, instance.id());
  }

  /** Its own disks and the volumes that it has. */
  private long bytes(InstanceRow instance) {
    return instance.spec().diskGiB().stream().mapToLong(InstanceSpecs::bytes).sum()
        + daos.volumes().attachedTo(List.of(instance.id())).stream()
            .mapToLong(VolumeRow::sizeBytes)
            .sum();
  }
}
