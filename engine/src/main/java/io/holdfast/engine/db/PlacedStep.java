package io.holdfast.engine.db;

/** A step of a plan and where it stands. */
public record PlacedStep(String tier, Place place, PlanStep step) {
  /** On which side of its tier. */
  public enum Place {
    BEFORE,
    AFTER
  }

  /** Where it stands, for people. */
  public String words() {
    return switch (place) {
      case BEFORE -> "before tier " + tier;
      case AFTER -> "after tier " + tier;
    };
  }
}
