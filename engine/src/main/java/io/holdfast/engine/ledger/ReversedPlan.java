package io.holdfast.engine.ledger;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Mapping;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanDefinition.Tier;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.RecoveryResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A plan the other way round: tiers, order, steps, probes and policies stay as they are. */
final class ReversedPlan {
  private ReversedPlan() {}

  /**
   * The plan for what has taken over. A moment that was asked for by its time was one of the old
   * direction, so the latest is taken instead. Names stay those that people gave.
   *
   * @param successors of the plan's instances, by their ids
   * @param sizes that the plan's instances have, by their ids
   */
  static PlanDefinition of(
      PlanDefinition plan, Map<UUID, UUID> successors, Map<UUID, NamedSize> sizes) {
    return new PlanDefinition(
        plan.tiers().stream().map(tier -> of(tier, successors, sizes)).toList(),
        mappings(plan.networks()),
        plan.policy());
  }

  private static Tier of(Tier tier, Map<UUID, UUID> successors, Map<UUID, NamedSize> sizes) {
    return tier.withMembers(
            tier.members().stream().map(member -> of(member, successors, sizes)).toList())
        .withSteps(step -> step.in(successors));
  }

  private static Member of(Member member, Map<UUID, UUID> successors, Map<UUID, NamedSize> sizes) {
    RecoveryResources resources = member.resources();
    NamedSize size = sizes.get(member.instance());
    return member
        .succeededBy(successors.getOrDefault(member.instance(), member.instance()))
        .withPoint(member.point() == PointChoice.AT ? PointChoice.LATEST : member.point(), null)
        .withResources(resources == null || size == null ? resources : resources.turned(size));
  }

  /** A network for tests was one of the site that was the recovery site: tests get a bubble. */
  private static List<Mapping> mappings(List<Mapping> networks) {
    List<Mapping> reversed = new ArrayList<>();
    for (Mapping mapping : networks) {
      UUID to = mapping.failover();
      if (to != null) {
        reversed.add(new Mapping(to, mapping.from(), null));
      }
    }
    return reversed;
  }
}
