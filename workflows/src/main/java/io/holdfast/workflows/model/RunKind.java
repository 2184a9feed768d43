package io.holdfast.workflows.model;

/** What a run of a recovery plan is for. */
public enum RunKind {
  /** Guests of their own beside production, in isolated networks, until their cleanup. */
  TEST,
  /** A test and its cleanup in one. */
  DRILL,
  /** The recovery site takes over; the protected site is not asked. */
  DISASTER_RECOVERY,
  /** What was recovered is protected at the site that was failed over from. */
  REPROTECT,
  /** The recovery site takes over from one that is well: nothing is lost. */
  PLANNED_MIGRATION,
  /** A planned migration back, and a reprotect behind it. */
  FAILBACK;

  /** True when the guests are not to stay, and never meet production. */
  public boolean rehearses() {
    return switch (this) {
      case TEST, DRILL -> true;
      case DISASTER_RECOVERY, REPROTECT, PLANNED_MIGRATION, FAILBACK -> false;
    };
  }

  /** True when the source's guests are shut down and copied once more before others take over. */
  public boolean isPlanned() {
    return this == PLANNED_MIGRATION || this == FAILBACK;
  }
}
