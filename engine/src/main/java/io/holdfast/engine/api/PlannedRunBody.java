package io.holdfast.engine.api;

import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.PlannedRun.PlannedHost;
import io.holdfast.engine.recovery.PlannedRun.PlannedInstance;
import io.holdfast.engine.recovery.PlannedRun.PlannedNic;
import io.holdfast.engine.recovery.PlannedRun.PlannedPoint;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do now. Nothing was written.
 *
 * @param ok true when nothing is in its way
 */
public record PlannedRunBody(
    RunKind kind, boolean ok, List<TierForecast> tiers, List<RunObstacle> refusals) {

  /** A tier, in order, and what this run does before and after it. */
  public record TierForecast(
      String name,
      List<StepForecast> before,
      List<InstanceForecast> instances,
      List<StepForecast> after) {}

  /**
   * What is done before or after a tier or an instance.
   *
   * @param step the name of the job's step
   * @param target address, question, or command and its instance
   * @param attempts in all
   */
  public record StepForecast(
      String step,
      String name,
      PlanStepKind kind,
      String target,
      int timeoutSeconds,
      FailurePolicy onFailure,
      int attempts) {
    private static StepForecast of(PlanStep planned) {
      RunStep step = planned.pinned();
      return new StepForecast(
          step.step(),
          step.name(),
          step.kind(),
          step.target(),
          step.timeoutSeconds(),
          step.policy(),
          step.attempts());
    }
  }

  /**
   * An instance.
   *
   * @param recovered true when it was recovered before, and nothing is to do
   * @param why in which way the point was chosen
   * @param vcpus that it gets, as the plan says or as it had; null when no point can be chosen
   * @param memoryMiB the same
   */
  public record InstanceForecast(
      UUID id,
      String name,
      boolean recovered,
      @Nullable UUID recoveryPoint,
      @Nullable Long number,
      @Nullable Instant takenAt,
      @Nullable String why,
      @Nullable String host,
      @Nullable Integer vcpus,
      @Nullable Integer memoryMiB,
      List<NicForecast> nics,
      List<StepForecast> before,
      List<StepForecast> after) {}

  /** A nic; {@code address}: null for any. */
  public record NicForecast(String from, String to, @Nullable String address) {}

  /**
   * Something in the way.
   *
   * @param field of the plan
   * @param stops false for a warning
   */
  public record RunObstacle(
      String code,
      String field,
      String instance,
      @Nullable String host,
      String detail,
      boolean stops) {
    private static RunObstacle of(RunRefusal refusal) {
      return new RunObstacle(
          refusal.reason().name(),
          refusal.field(),
          refusal.instance(),
          refusal.host(),
          refusal.words(),
          refusal.stops());
    }
  }

  public static PlannedRunBody of(RunKind kind, PlannedRun run) {
    return new PlannedRunBody(
        kind,
        run.isClear(),
        run.tiers().stream()
            .map(
                tier ->
                    new TierForecast(
                        tier.name(),
                        tier.before().stream().map(StepForecast::of).toList(),
                        tier.instances().stream().map(PlannedRunBody::instance).toList(),
                        tier.after().stream().map(StepForecast::of).toList()))
            .toList(),
        run.refusals().stream().map(RunObstacle::of).toList());
  }

  private static InstanceForecast instance(PlannedInstance one) {
    PlannedPoint point = one.point();
    PlannedHost host = one.host();
    NamedSize size = one.size();
    return new InstanceForecast(
        one.source(),
        one.name(),
        one.recovered(),
        point == null ? null : point.id(),
        point == null ? null : point.number(),
        point == null ? null : point.takenAt(),
        point == null ? null : point.why(),
        host == null ? null : host.name(),
        size == null ? null : size.vcpus(),
        size == null ? null : size.memoryMiB(),
        one.nics().stream().map(PlannedRunBody::nic).toList(),
        one.before().stream().map(StepForecast::of).toList(),
        one.after().stream().map(StepForecast::of).toList());
  }

  private static NicForecast nic(PlannedNic nic) {
    return new NicForecast(nic.fromName(), nic.toName(), nic.address());
  }
}
