package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.PlannedRun.PlannedInstance;
import io.holdfast.engine.recovery.PlannedRun.PlannedNic;
import io.holdfast.engine.recovery.RecoveryPlanner;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunStep;
import io.holdfast.workflows.model.RunTier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Settles what a run will do, once; inside a transaction that holds the ledger's lock. */
final class Runs {
  private static final int SHORT_ID = 8;

  private final Daos daos;
  private final PlanRunRow run;

  Runs(Daos daos, PlanRunRow run) {
    this.daos = daos;
    this.run = run;
  }

  /** Fails with RECOVERY_REFUSED: of a disaster when all is in its way, else when anything is. */
  RunOrder pin(Instant now) {
    if (run.pinnedAt() == null) {
      settle(now);
      daos.planRuns().setPinned(run.id(), now);
      if (run.kind().rehearses()) {
        new PlanProofs(daos, run).begin(now);
      }
    }
    return order();
  }

  /** Writes what the run does by what there is now. */
  void settle(Instant now) {
    List<PlanDefinition.Tier> tiers = PlanTiers.of(daos, run.definition());
    PlannedRun plan =
        RecoveryPlanner.plan(
            new RecoveryFacts(daos)
                .question(run.kind(), run.definition(), tiers, run.siteId(), now));
    require(plan);
    write(plan, tiers, now);
  }

  private void require(PlannedRun plan) {
    List<PlannedInstance> all =
        plan.tiers().stream().flatMap(tier -> tier.instances().stream()).toList();
    boolean hopeless = all.stream().allMatch(one -> one.recovered() || one.refusal() != null);
    if (hopeless || (run.kind() != RunKind.DISASTER_RECOVERY && !plan.isClear())) {
      throw Failures.of(
          FailureType.RECOVERY_REFUSED,
          all.stream().allMatch(PlannedInstance::recovered)
              ? "All instances of the plan were recovered before"
              : "The plan cannot be carried out as it is",
          plan.refusals().stream().map(RunRefusal::line).toList());
    }
  }

  private void write(PlannedRun plan, List<PlanDefinition.Tier> tiers, Instant now) {
    Map<UUID, NetworkRow> bubbles = new LinkedHashMap<>();
    List<PlanRunInstanceRow> rows = new ArrayList<>();
    for (int i = 0; i < tiers.size(); i++) {
      List<PlannedInstance> instances = plan.tiers().get(i).instances();
      for (int j = 0; j < instances.size(); j++) {
        PlannedInstance planned = instances.get(j);
        if (!planned.recovered()) {
          List<PlanRunInstanceRow.Nic> nics = nics(planned, bubbles, now);
          rows.add(row(tiers.get(i), i, j, planned, nics));
        }
      }
    }
    daos.planRuns().insertInstances(rows);
  }

  private List<PlanRunInstanceRow.Nic> nics(
      PlannedInstance planned, Map<UUID, NetworkRow> bubbles, Instant now) {
    List<PlanRunInstanceRow.Nic> nics = new ArrayList<>();
    for (PlannedNic nic : planned.nics()) {
      UUID to = nic.to();
      String name = nic.toName();
      if (to == null) {
        NetworkRow bubble = bubbles.get(nic.from());
        if (bubble == null) {
          bubble = bubble(nic.from(), bubbles.size() + 1, now);
          bubbles.put(nic.from(), bubble);
        }
        to = bubble.id();
        name = bubble.name();
      }
      nics.add(new PlanRunInstanceRow.Nic(nic.from(), nic.fromName(), to, name, nic.address()));
    }
    return nics;
  }

  private NetworkRow bubble(UUID of, int number, Instant now) {
    UUID id = UUID.nameUUIDFromBytes(("bubble:" + run.id() + of).getBytes(StandardCharsets.UTF_8));
    String name = "bubble-%s-%d".formatted(run.id().toString().substring(0, SHORT_ID), number);
    daos.networks().insertBubble(id, name, of, run.id(), now);
    return daos.networks().findById(id).orElseThrow();
  }

  private PlanRunInstanceRow row(
      PlanDefinition.Tier tier,
      int tierPosition,
      int position,
      PlannedInstance planned,
      List<PlanRunInstanceRow.Nic> nics) {
    PlanDefinition.Member member = tier.members().get(position);
    PlannedRun.PlannedPoint point = planned.point();
    PlannedRun.PlannedHost host = planned.host();
    RunRefusal refusal = planned.refusal();
    return new PlanRunInstanceRow(
        run.id(),
        planned.source(),
        planned.name(),
        tier.name(),
        tierPosition,
        position,
        tier.parallel(),
        policy(member),
        member.onFailure() == FailurePolicy.RETRY ? member.attempts() : 1,
        member.probes(),
        point == null ? null : point.id(),
        point == null ? null : point.number(),
        point == null ? null : point.group(),
        point == null ? null : point.takenAt(),
        point == null ? null : point.verifiedAt(),
        point == null
            ? List.of()
            : point.disks().stream()
                .map(disk -> new PlanRunInstanceRow.Disk(disk.name(), disk.bytes(), disk.root()))
                .toList(),
        host == null ? null : host.id(),
        host == null ? null : host.name(),
        planned.size(),
        nics,
        refusal == null ? null : refusal.words(),
        0,
        null,
        null,
        null,
        RunState.NOT_STARTED,
        null,
        null,
        List.of(),
        null,
        null);
  }

  /** A planned migration leaves nobody out: their guests are off. */
  private FailurePolicy policy(PlanDefinition.Member member) {
    return run.kind().isPlanned() && member.onFailure() == FailurePolicy.SKIP
        ? FailurePolicy.STOP
        : member.onFailure();
  }

  private RunTier tier(String name, int parallel) {
    PlanDefinition.Tier tier =
        run.definition().tiers().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    return new RunTier(
        name, parallel, new ArrayList<>(), steps(tier.before()), steps(tier.after()));
  }

  private List<RunStep> steps(List<PlanStep> steps) {
    return steps.stream().filter(step -> step.isFor(run.kind())).map(PlanStep::pinned).toList();
  }

  /**
   * As it was pinned; without tiers when it was not. A tier of which nothing is left to recover is
   * not there, and neither are its steps.
   */
  RunOrder order() {
    Map<String, RunTier> tiers = new LinkedHashMap<>();
    Map<UUID, HostRef> hosts = new LinkedHashMap<>();
    for (PlanRunInstanceRow row : daos.planRuns().instances(run.id())) {
      tiers
          .computeIfAbsent(row.tier(), name -> tier(name, row.parallel()))
          .members()
          .add(
              new RunMember(
                  new InstanceId(row.sourceId()), row.sourceName(), row.policy(), row.attempts()));
      UUID host = row.hostId();
      if (host != null) {
        hosts.putIfAbsent(
            host, new HostRef(new HostId(host), Objects.requireNonNull(row.hostName())));
      }
    }
    return new RunOrder(
        new JobId(run.id()),
        List.copyOf(tiers.values()),
        List.copyOf(hosts.values()),
        daos.rehearsals().find(run.id()).map(RehearsalRow::deadlineAt).orElse(null));
  }
}
