package io.holdfast.engine.ledger;

import io.holdfast.engine.db.AddressRule;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanDefinition.Mapping;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanDefinition.Tier;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.RecoveryResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A plan the other way round: tiers, order, steps, probes and policies stay as they are. */
final class ReversedPlan {
  private ReversedPlan() {}

  /**
   * What an instance has where it is recovered from, which its successor gets when it comes back.
   *
   * @param addresses of its nics that have one, by their positions
   */
  record Home(NamedSize size, Map<Integer, String> addresses) {
    private Member goesWith(Member member) {
      RecoveryResources resources = member.resources();
      return member
          .withResources(resources == null ? null : resources.turned(size))
          .withAddresses(member.addresses().stream().flatMap(this::own).toList());
    }

    private Stream<NicAddress> own(NicAddress given) {
      return Optional.ofNullable(addresses.get(given.nic())).stream()
          .map(address -> new NicAddress(given.nic(), address));
    }
  }

  /**
   * The plan for what has taken over. A moment that was asked for by its time was one of the old
   * direction, so the latest is taken instead. Names stay those that people gave.
   *
   * @param successors of the plan's instances, by their ids
   * @param homes what the plan's instances have, by their ids
   */
  static PlanDefinition of(PlanDefinition plan, Map<UUID, UUID> successors, Map<UUID, Home> homes) {
    return new PlanDefinition(
        plan.tiers().stream().map(tier -> of(tier, successors, homes)).toList(),
        mappings(plan.networks()),
        plan.policy());
  }

  private static Tier of(Tier tier, Map<UUID, UUID> successors, Map<UUID, Home> homes) {
    return tier.withMembers(
            tier.members().stream().map(member -> of(member, successors, homes)).toList())
        .withSteps(step -> step.in(successors));
  }

  private static Member of(Member member, Map<UUID, UUID> successors, Map<UUID, Home> homes) {
    Member other =
        member
            .succeededBy(successors.getOrDefault(member.instance(), member.instance()))
            .withPoint(
                member.point() == PointChoice.AT ? PointChoice.LATEST : member.point(), null);
    other =
        other.withSteps(
            member.before().stream().map(step -> step.in(successors)).toList(),
            member.after().stream().map(step -> step.in(successors)).toList());
    Home home = homes.get(member.instance());
    return home == null ? other : home.goesWith(other);
  }

  /** A network for tests was one of the site that was the recovery site: tests get a bubble. */
  private static List<Mapping> mappings(List<Mapping> networks) {
    List<Mapping> reversed = new ArrayList<>();
    for (Mapping mapping : networks) {
      UUID to = mapping.failover();
      if (to != null) {
        reversed.add(new Mapping(to, mapping.from(), null, mapping.addresses()));
      } else if (mapping.addresses() == AddressRule.KEEP) {
        reversed.add(new Mapping(mapping.from(), null, null, mapping.addresses()));
      }
    }
    return reversed;
  }
}
