package io.holdfast.engine.ledger;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.NetworkRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.ProtectionGroupRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.RecoveryPlanner;
import io.holdfast.engine.recovery.RecoveryQuestion;
import io.holdfast.engine.recovery.RecoveryQuestion.Addresses;
import io.holdfast.engine.recovery.RecoveryQuestion.Allowance;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedTier;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNetwork;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Gathers what the planner of runs is asked; inside a transaction. */
public final class RecoveryFacts {
  private static final int ALL = Integer.MAX_VALUE;

  /** In which instances are made. */
  private static final String PROJECT = "default";

  private final Daos daos;

  public RecoveryFacts(Daos daos) {
    this.daos = daos;
  }

  /** What a run would do now. */
  public PlannedRun plan(RunKind kind, PlanDefinition plan, UUID site, Instant now) {
    return RecoveryPlanner.plan(question(kind, plan, PlanTiers.of(daos, plan), site, now));
  }

  /** The jobs that a run waits for while the guests are off that it has shut down. */
  Optional<String> inTheWay(PlanRunRow run, Instant now) {
    return plan(run.kind(), run.definition(), run.siteId(), now).refusals().stream()
        .filter(warning -> warning.reason() == RunRefusal.Reason.BUSY)
        .map(RunRefusal::line)
        .reduce((one, other) -> one + "; " + other);
  }

  /** As {@link #plan}, in the middle of a run: what it has made itself is not in its way. */
  public PlannedRun plan(PlanRunRow within, PlanDefinition plan, Instant now) {
    RecoveryQuestion asked =
        question(within.kind(), plan, PlanTiers.of(daos, plan), within.siteId(), now);
    Set<UUID> own =
        daos.networks().bubbles(within.id()).stream().map(NetworkRow::id).collect(toSet());
    Map<UUID, List<KnownNetwork>> others = new HashMap<>();
    asked
        .inUse()
        .forEach(
            (host, networks) ->
                others.put(
                    host, networks.stream().filter(one -> !own.contains(one.id())).toList()));
    return RecoveryPlanner.plan(asked.withInUse(others));
  }

  RecoveryQuestion question(
      RunKind kind, PlanDefinition plan, List<PlanDefinition.Tier> tiers, UUID site, Instant now) {
    List<HostCapacity> hosts = Claims.regardlessOfUse(daos).capacities();
    Map<UUID, List<KnownNetwork>> inUse = new HashMap<>();
    hosts.stream()
        .filter(host -> host.site().equals(site))
        .forEach(
            host ->
                inUse.put(
                    host.id(),
                    daos.networks().usedOn(host.id()).stream().map(RecoveryFacts::known).toList()));
    List<AskedTier> asked = tiers(kind, plan, tiers);
    return new RecoveryQuestion(
        kind,
        now,
        site,
        asked,
        hosts,
        daos.networks().list(PageRequest.first(ALL), null).stream()
            .map(RecoveryFacts::known)
            .collect(toMap(KnownNetwork::id, network -> network)),
        mapped(kind, plan),
        inUse,
        new Allowance(daos.quotas().find(PROJECT).orElseThrow(), daos.quotas().reserved(PROJECT)),
        addresses(kind, plan, asked));
  }

  private static Map<UUID, UUID> mapped(RunKind kind, PlanDefinition plan) {
    Map<UUID, UUID> mapped = new HashMap<>();
    for (PlanDefinition.Mapping mapping : plan.networks()) {
      UUID to = kind.rehearses() ? mapping.test() : mapping.failover();
      if (to != null) {
        mapped.put(mapping.from(), to);
      }
    }
    return mapped;
  }

  /** Who has what is only read when the plan asks for addresses: networks may be large. */
  private Addresses addresses(RunKind kind, PlanDefinition plan, List<AskedTier> tiers) {
    Set<UUID> kept =
        plan.networks().stream()
            .filter(mapping -> mapping.addresses() == AddressRule.KEEP)
            .map(PlanDefinition.Mapping::from)
            .collect(toSet());
    List<AskedInstance> asked = tiers.stream().flatMap(tier -> tier.instances().stream()).toList();
    if (kept.isEmpty() && asked.stream().allMatch(one -> one.addresses().isEmpty())) {
      return new Addresses(kept, List.of());
    }
    Set<UUID> networks = new HashSet<>(mapped(kind, plan).values());
    for (AskedInstance one : asked) {
      one.points().forEach(point -> point.nics().forEach(nic -> networks.add(nic.network())));
    }
    return new Addresses(kept, daos.instances().addressHolders(List.copyOf(networks)));
  }

  private List<AskedTier> tiers(
      RunKind kind, PlanDefinition plan, List<PlanDefinition.Tier> tiers) {
    KnownInstances known =
        KnownInstances.of(
            daos,
            tiers.stream()
                .flatMap(tier -> tier.members().stream())
                .map(PlanDefinition.Member::instance)
                .toList());
    List<AskedTier> asked = new ArrayList<>();
    for (int i = 0; i < tiers.size(); i++) {
      PlanDefinition.Tier tier = tiers.get(i);
      String field = "tiers[" + i + "]";
      List<AskedInstance> instances = new ArrayList<>();
      for (int j = 0; j < tier.members().size(); j++) {
        boolean named = j < plan.tiers().get(i).members().size();
        String where = field + (named ? ".instances[" + j + "]" : ".protectionGroups");
        instances.add(instance(kind, where, tier.members().get(j), known));
      }
      asked.add(new AskedTier(field, tier.name(), tier.before(), instances, tier.after()));
    }
    return asked;
  }

  private static AskedInstance instance(
      RunKind kind, String field, PlanDefinition.Member member, KnownInstances known) {
    UUID id = member.instance();
    Optional<ProtectionGroupRow> group = known.group(id);
    return new AskedInstance(
        field,
        id,
        member.name(),
        kind.isPlanned() ? PointChoice.LATEST : member.point(),
        kind.isPlanned() ? null : member.at(),
        group.map(ProtectionGroupRow::name).orElse(null),
        group.map(ProtectionGroupRow::rpo).orElse(null),
        known.isPromoted(id),
        known.source(id),
        known.busy(id),
        member.resources(),
        member.addresses(),
        member.before(),
        member.after(),
        known.points(id));
  }

  private static KnownNetwork known(NetworkRow row) {
    return new KnownNetwork(row.id(), row.name(), row.cidr());
  }
}
