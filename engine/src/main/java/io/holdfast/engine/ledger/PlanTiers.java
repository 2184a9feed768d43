package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanDefinition.Tier;
import io.holdfast.engine.db.ProtectionMemberRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A plan's tiers with the instances that its protection groups have now. */
public final class PlanTiers {
  private final Daos daos;
  private final Set<UUID> named = new HashSet<>();

  private PlanTiers(Daos daos) {
    this.daos = daos;
  }

  /** All that a run of the plan would be about. */
  public static Set<UUID> instances(Daos daos, PlanDefinition plan) {
    return of(daos, plan).stream()
        .flatMap(tier -> tier.members().stream())
        .map(Member::instance)
        .collect(Collectors.toSet());
  }

  /** Every instance is in one tier: the one that names it, else the first whose group has it. */
  static List<Tier> of(Daos daos, PlanDefinition plan) {
    PlanTiers tiers = new PlanTiers(daos);
    for (Tier tier : plan.tiers()) {
      tier.members().forEach(member -> tiers.named.add(member.instance()));
    }
    return plan.tiers().stream().map(tiers::whole).toList();
  }

  private Tier whole(Tier tier) {
    List<Member> members = new ArrayList<>();
    for (Member member : tier.members()) {
      members.add(member.probes().isEmpty() ? member.withProbes(tier.probes()) : member);
    }
    for (PlanDefinition.Group group : tier.groups()) {
      for (ProtectionMemberRow row : daos.protectionGroups().members(group.id())) {
        if (named.add(row.instanceId())) {
          members.add(Member.of(row.instanceId(), row.instanceName()).withProbes(tier.probes()));
        }
      }
    }
    return tier.withMembers(members);
  }
}
