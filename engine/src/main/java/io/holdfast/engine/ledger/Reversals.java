package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencedInstanceRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.db.ProtectionGroupState;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.ReversedGroupRow;
import io.holdfast.engine.db.ReversedInstanceRow;
import io.holdfast.engine.recovery.PlannedReversal;
import io.holdfast.engine.recovery.ReversalQuestion.AskedCopy;
import io.holdfast.engine.recovery.ReversalQuestion.Successor;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OldCopy;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.ReversalOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns the direction of a plan and of its protection groups, and back; inside a transaction that
 * holds the run's row.
 */
final class Reversals {
  private final Daos daos;
  private final PlanRunRow run;

  Reversals(Daos daos, PlanRunRow run) {
    this.daos = daos;
    this.run = run;
  }

  /** Fails with RECOVERY_REFUSED. */
  ReversalOrder pin(Instant now) {
    if (daos.reversals().groups(run.id()).isEmpty()) {
      PlannedReversal plan = new ReversalFacts(daos).plan(run.definition(), run.siteId());
      UUID to = plan.to();
      if (!plan.isClear() || to == null) {
        throw refused(
            "The direction of the plan cannot be turned as it is",
            plan.refusals().stream().map(RunRefusal::line).toList());
      }
      for (UUID group : plan.groups()) {
        daos.reversals().insertGroup(run.id(), group, keptPoint(group), to);
      }
      plan.copies().forEach(this::pin);
      daos.planRuns().setPinned(run.id(), now);
    }
    return order();
  }

  private void pin(AskedCopy copy) {
    Successor successor = Objects.requireNonNull(copy.successor(), "judged");
    daos.reversals().insertInstance(run.id(), copy.source(), successor.id(), successor.name());
  }

  private UUID keptPoint(UUID group) {
    String name = "kept:" + run.id() + ":" + group;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private ReversalOrder order() {
    return new ReversalOrder(
        daos.reversals().groups(run.id()).stream()
            .map(group -> new ProtectionGroupId(group.groupId()))
            .toList(),
        daos.reversals().instances(run.id()).stream()
            .map(
                one ->
                    new OldCopy(
                        new InstanceId(one.sourceId()),
                        one.sourceName(),
                        new HostRef(new HostId(one.hostId()), one.hostName())))
            .toList());
  }

  /** By what their hosts said last, which was after the run had asked them. */
  void requireCopiesOff() {
    List<String> causes = new ArrayList<>();
    for (ReversedInstanceRow one : daos.reversals().instances(run.id())) {
      Optional<FencedInstanceRow> said = daos.ownerships().fenced(one.sourceId());
      PowerState state = said.map(FencedInstanceRow::powerState).orElse(null);
      if (state != PowerState.SHUTOFF && state != PowerState.CRASHED) {
        causes.add(
            "%s on %s: %s"
                .formatted(one.sourceName(), one.hostName(), state == null ? "unknown" : state));
      }
    }
    if (!causes.isEmpty()) {
      throw refused("An old copy is not off; look at it, and switch it off", causes);
    }
  }

  /** The groups stay paused until the run has ended. */
  void reverse(Instant now) {
    RecoveryPlanRow plan = lockedPlan();
    List<ReversedGroupRow> groups = daos.reversals().groups(run.id());
    if (groups.stream().allMatch(group -> group.reversedAt() != null)) {
      return;
    }
    if (!plan.definition().equals(run.definition()) || !plan.siteId().equals(run.siteId())) {
      throw refused("The recovery plan was changed since this run began", List.of());
    }
    UUID to = groups.get(0).toSite();
    groups.forEach(group -> turn(group, now));
    for (ReversedInstanceRow one : daos.reversals().instances(run.id())) {
      replace(one, one.sourceId(), one.successorId(), one.hostId(), one.pool());
    }
    daos.recoveryPlans()
        .replace(
            plan.id(),
            plan.name(),
            to,
            ReversedPlan.of(run.definition(), successors(), homes()),
            now);
    daos.reversals().setReversed(run.id(), now);
  }

  private void turn(ReversedGroupRow group, Instant now) {
    ProtectionGroupRow row =
        daos.protectionGroups()
            .lock(group.groupId())
            .filter(found -> found.state() == ProtectionGroupState.ACTIVE)
            .orElseThrow(
                () ->
                    refused(
                        "Protection group %s is not there any more".formatted(group.groupName()),
                        List.of()));
    long copies =
        daos.reversals().instances(run.id()).stream()
            .filter(one -> one.groupId().equals(row.id()))
            .count();
    if (daos.protectionGroups().members(row.id()).size() != copies) {
      throw refused(
          "The instances of protection group %s were changed since this run began"
              .formatted(row.name()),
          List.of());
    }
    daos.reversals().turn(row.id(), group.toSite(), true, now, row.lastNumber());
  }

  private void replace(
      ReversedInstanceRow one, UUID from, UUID to, @Nullable UUID host, @Nullable String pool) {
    if (daos.reversals().replaceMember(one.groupId(), from, to, host, pool, one.replicaBytes())
        == 0) {
      throw refused(
          "%s or %s is not where it was when this run began"
              .formatted(one.sourceName(), one.successorName()),
          List.of());
    }
  }

  /** What was not turned is no error. */
  void turnBack(Instant now) {
    Optional<RecoveryPlanRow> plan = daos.recoveryPlans().lock(run.planId());
    List<ReversedGroupRow> groups = daos.reversals().groups(run.id());
    if (groups.stream().allMatch(group -> group.reversedAt() == null)) {
      return;
    }
    for (ReversedGroupRow group : groups) {
      daos.protectionGroups()
          .lock(group.groupId())
          .ifPresent(
              row ->
                  daos.reversals()
                      .turn(
                          row.id(),
                          group.fromSite(),
                          group.wasPaused(),
                          group.wasSince(),
                          group.wasAfter()));
    }
    for (ReversedInstanceRow one : daos.reversals().instances(run.id())) {
      daos.reversals()
          .replaceMember(
              one.groupId(),
              one.successorId(),
              one.sourceId(),
              one.replicaHost(),
              one.replicaPool(),
              one.replicaBytes());
    }
    plan.ifPresent(
        row ->
            daos.recoveryPlans()
                .replace(row.id(), row.name(), run.siteId(), run.definition(), now));
    daos.reversals().setReversed(run.id(), null);
  }

  private Map<UUID, UUID> successors() {
    return daos.reversals().instances(run.id()).stream()
        .collect(toMap(ReversedInstanceRow::sourceId, ReversedInstanceRow::successorId));
  }

  /** Of what is left at the old site: what its successors get when they come back. */
  private Map<UUID, ReversedPlan.Home> homes() {
    List<UUID> sources = List.copyOf(successors().keySet());
    Map<UUID, Map<Integer, String>> addresses = new HashMap<>();
    for (PortView view : daos.instances().portsOf(sources)) {
      PortRow port = view.port();
      if (port.ipv4() != null) {
        addresses
            .computeIfAbsent(port.instanceId(), id -> new HashMap<>())
            .put(port.position(), port.ipv4());
      }
    }
    return daos.instances().findAll(sources).stream()
        .collect(
            toMap(
                InstanceRow::id,
                row ->
                    new ReversedPlan.Home(
                        row.spec().named(), addresses.getOrDefault(row.id(), Map.of()))));
  }

  private RecoveryPlanRow lockedPlan() {
    return daos.recoveryPlans()
        .lock(run.planId())
        .orElseThrow(() -> refused("The recovery plan was deleted", List.of()));
  }

  static RuntimeException refused(String what, List<String> causes) {
    return Failures.of(FailureType.RECOVERY_REFUSED, what, causes);
  }
}
