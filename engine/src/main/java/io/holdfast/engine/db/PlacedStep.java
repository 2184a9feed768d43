package io.holdfast.engine.db;

import org.jspecify.annotations.Nullable;

/**
 * A step of a plan and where it stands.
 *
 * @param member the instance that it stands at, or null when it stands at its tier
 */
public record PlacedStep(
    String tier, PlanDefinition.@Nullable Member member, Place place, PlanStep step) {
  /** On which side of its tier or instance. */
  public enum Place {
    BEFORE,
    AFTER
  }

  static PlacedStep of(PlanDefinition.Tier tier, Place place, PlanStep step) {
    return new PlacedStep(tier.name(), null, place, step);
  }

  static PlacedStep of(
      PlanDefinition.Tier tier, PlanDefinition.Member member, Place place, PlanStep step) {
    return new PlacedStep(tier.name(), member, place, step);
  }

  /** Where it stands, for people. */
  public String words() {
    String side =
        switch (place) {
          case BEFORE -> "before";
          case AFTER -> "after";
        };
    return member == null
        ? side + " tier " + tier
        : "%s %s of tier %s".formatted(side, member.name(), tier);
  }
}
