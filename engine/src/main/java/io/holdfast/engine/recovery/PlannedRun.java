package io.holdfast.engine.recovery;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a run would do now, in order, and what is in its way. */
public record PlannedRun(List<PlannedTier> tiers, List<RunRefusal> refusals) {
  /** True when every instance can be recovered as the plan says. */
  public boolean isClear() {
    return refusals.stream().noneMatch(RunRefusal::stops);
  }

  /** Instances that are recovered together, and what this run does before and after them. */
  public record PlannedTier(
      String name, List<PlanStep> before, List<PlannedInstance> instances, List<PlanStep> after) {}

  /**
   * An instance.
   *
   * @param recovered true when it was recovered before: nothing is to do
   * @param point null when none can be chosen
   * @param host null when there is no point
   * @param size that it gets; null when there is no point
   * @param before what this run does before it
   * @param after what this run does once its probes are green
   * @param refusal the first thing that keeps it from being recovered, or null
   */
  public record PlannedInstance(
      UUID source,
      String name,
      boolean recovered,
      @Nullable PlannedPoint point,
      @Nullable PlannedHost host,
      @Nullable NamedSize size,
      List<PlannedNic> nics,
      List<PlanStep> before,
      List<PlanStep> after,
      @Nullable RunRefusal refusal) {
    /** One of which nothing is known but what it is. */
    public static PlannedInstance of(
        UUID source, String name, boolean recovered, @Nullable RunRefusal refusal) {
      return new PlannedInstance(
          source, name, recovered, null, null, null, List.of(), List.of(), List.of(), refusal);
    }
  }

  /** The point that is taken; {@code why}: in which way it was chosen. */
  public record PlannedPoint(
      UUID id,
      long number,
      @Nullable String group,
      Instant takenAt,
      @Nullable Instant verifiedAt,
      List<KnownDisk> disks,
      String why) {}

  /** The host that has the replicas. */
  public record PlannedHost(UUID id, String name) {}

  /**
   * A nic.
   *
   * @param to null: the run's own isolated network with the addresses of {@code from}
   */
  public record PlannedNic(
      UUID from, String fromName, @Nullable UUID to, String toName, @Nullable String address) {}
}
