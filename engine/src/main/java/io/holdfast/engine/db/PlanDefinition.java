package io.holdfast.engine.db;

import io.holdfast.engine.db.PlacedStep.Place;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.ProbeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery plan says, names resolved and defaults filled in.
 *
 * @param networks of all that are mapped; one that is not stays itself, or gets a bubble in a test
 * @param policy null for what holds unless said
 */
public record PlanDefinition(List<Tier> tiers, List<Mapping> networks, @Nullable Policy policy) {
  private static final Duration VERIFIED_FOR = Duration.ofDays(7);

  /**
   * What the plan asks of its runs.
   *
   * @param verifiedForMillis how long a passed drill proves it
   * @param twoPersons a failover waits for the approval of somebody who did not ask for it
   */
  public record Policy(long verifiedForMillis, boolean twoPersons) {}

  /** How long a passed drill proves the plan. */
  public Duration verifiedFor() {
    return policy == null ? VERIFIED_FOR : Duration.ofMillis(policy.verifiedForMillis());
  }

  /** All that is done around its tiers and instances, in order, whatever run it is for. */
  public List<PlacedStep> steps() {
    List<PlacedStep> steps = new ArrayList<>();
    for (Tier tier : tiers) {
      tier.before().forEach(one -> steps.add(PlacedStep.of(tier, Place.BEFORE, one)));
      for (Member member : tier.members()) {
        member.before().forEach(one -> steps.add(PlacedStep.of(tier, member, Place.BEFORE, one)));
        member.after().forEach(one -> steps.add(PlacedStep.of(tier, member, Place.AFTER, one)));
      }
      tier.after().forEach(one -> steps.add(PlacedStep.of(tier, Place.AFTER, one)));
    }
    return steps;
  }

  /** True when it has something done around single instances. */
  public boolean hasInstanceSteps() {
    return tiers.stream()
        .flatMap(tier -> tier.members().stream())
        .anyMatch(member -> !member.before().isEmpty() || !member.after().isEmpty());
  }

  /** By its name. */
  public Optional<PlacedStep> step(String name) {
    return steps().stream().filter(placed -> placed.step().name().equals(name)).findFirst();
  }

  /** What it says of an instance, if it names it. */
  public Optional<Member> member(UUID instance) {
    return tiers.stream()
        .flatMap(tier -> tier.members().stream())
        .filter(member -> member.instance().equals(instance))
        .findFirst();
  }

  /** True when this one, put in its place, asks less of a failover of anything that it names. */
  public boolean isLoosenedBy(PlanDefinition other) {
    return twoPersons() && !(other.twoPersons() && other.named().containsAll(named()));
  }

  /** Ids of all instances and protection groups that it names. */
  private Set<UUID> named() {
    return tiers.stream()
        .flatMap(
            tier ->
                Stream.concat(
                    tier.members().stream().map(Member::instance),
                    tier.groups().stream().map(Group::id)))
        .collect(Collectors.toSet());
  }

  /** True when a failover waits for the approval of somebody who did not ask for it. */
  public boolean twoPersons() {
    return policy != null && policy.twoPersons();
  }

  /**
   * Instances that are recovered together.
   *
   * @param parallel how many at once
   * @param groups whose instances belong here, too, as far as no tier names them
   * @param probes of the instances that have none of their own
   * @param before what is done before the first of them is recovered
   * @param after what is done once all of them are recovered
   */
  public record Tier(
      String name,
      int parallel,
      List<Member> members,
      List<Group> groups,
      List<Probe> probes,
      List<PlanStep> before,
      List<PlanStep> after) {
    /** A version that was written before there were such steps has none. */
    public Tier {
      before = before == null ? List.of() : List.copyOf(before);
      after = after == null ? List.of() : List.copyOf(after);
    }

    public Tier withMembers(List<Member> others) {
      return new Tier(name, parallel, others, groups, probes, before, after);
    }

    /** Its own steps, not those of its members. */
    public Tier withSteps(UnaryOperator<PlanStep> change) {
      return new Tier(
          name,
          parallel,
          members,
          groups,
          probes,
          before.stream().map(change).toList(),
          after.stream().map(change).toList());
    }
  }

  /** A protection group by the name that it had. */
  public record Group(UUID id, String name) {}

  /**
   * An instance.
   *
   * @param name that it had; it may be gone when it is recovered
   * @param at for {@link PointChoice#AT}
   * @param attempts in all, when the policy is to try again
   * @param resources null: those that it had
   * @param addresses of some of its nics, whatever rule their network has
   * @param before what is done before anything is done about it
   * @param after what is done once its probes were green
   */
  public record Member(
      UUID instance,
      String name,
      PointChoice point,
      @Nullable Instant at,
      List<Probe> probes,
      FailurePolicy onFailure,
      int attempts,
      @Nullable RecoveryResources resources,
      List<NicAddress> addresses,
      List<PlanStep> before,
      List<PlanStep> after) {
    /** A version that was written before there were such addresses and steps has none. */
    public Member {
      addresses = addresses == null ? List.of() : List.copyOf(addresses);
      before = before == null ? List.of() : List.copyOf(before);
      after = after == null ? List.of() : List.copyOf(after);
    }

    /** One of which nothing else is said. */
    public static Member of(UUID instance, String name) {
      return new Member(
          instance,
          name,
          PointChoice.LATEST,
          null,
          List.of(),
          FailurePolicy.STOP,
          1,
          null,
          List.of(),
          List.of(),
          List.of());
    }

    public Member withPoint(PointChoice other, @Nullable Instant moment) {
      return new Member(
          instance, name, other, moment, probes, onFailure, attempts, resources, addresses, before,
          after);
    }

    public Member withProbes(List<Probe> others) {
      return new Member(
          instance, name, point, at, others, onFailure, attempts, resources, addresses, before,
          after);
    }

    public Member withPolicy(FailurePolicy other) {
      return new Member(
          instance, name, point, at, probes, other, attempts, resources, addresses, before, after);
    }

    public Member withResources(@Nullable RecoveryResources others) {
      return new Member(
          instance, name, point, at, probes, onFailure, attempts, others, addresses, before, after);
    }

    public Member withAddresses(List<NicAddress> others) {
      return new Member(
          instance, name, point, at, probes, onFailure, attempts, resources, others, before, after);
    }

    public Member withSteps(List<PlanStep> earlier, List<PlanStep> later) {
      return new Member(
          instance, name, point, at, probes, onFailure, attempts, resources, addresses, earlier,
          later);
    }

    /** What has taken over from it, which people still call by its name. */
    public Member succeededBy(UUID other) {
      return new Member(
          other, name, point, at, probes, onFailure, attempts, resources, addresses, before, after);
    }
  }

  /** See {@link io.holdfast.workflows.model.ProbeSpec}. */
  public record Probe(
      ProbeKind kind,
      int port,
      @Nullable String path,
      int status,
      @Nullable String text,
      List<String> command,
      int timeoutSeconds) {}

  /**
   * Where nics of a network go; null: as if nothing were said.
   *
   * @param addresses that they get where they go
   */
  public record Mapping(
      UUID from, @Nullable UUID failover, @Nullable UUID test, AddressRule addresses) {
    /** A version that was written before there were such rules has none. */
    public Mapping {
      addresses = addresses == null ? AddressRule.AUTOMATIC : addresses;
    }
  }
}
