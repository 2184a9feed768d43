package io.holdfast.engine.api;

import io.holdfast.engine.core.Plan;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.errors.Problem;
import io.holdfast.engine.ledger.Forecast;
import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.QuotaPlan;
import io.holdfast.engine.placement.Refusal.Numbers;
import io.holdfast.engine.placement.TransferPlanner.Transfer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a dry run: what the same call would do now without it. Nothing was written.
 *
 * @param kind of the job, or of the change when there is no job: {@code CREATE_FLAVOR}
 * @param target what it is about; ids of new things are drawn anew by the real call
 * @param placement where an instance would go; null when nothing is placed, or no host will do
 * @param refusals the hosts that will not do
 * @param transfer of a move: what it would have to bring to its target; null when no host will do
 * @param moves of an evacuation: every instance, in the order in which they begin
 * @param quota of the project, for what claims something
 * @param definition of a change without a job: the definition as it would be made or deleted
 * @param problem why the call would be refused, or its job fail; null when nothing is in its way
 */
public record PlanBody(
    String kind,
    JobBody.Target target,
    List<PlannedStep> steps,
    @Nullable Placement placement,
    List<Refusal> refusals,
    @Nullable PlannedTransfer transfer,
    List<EvacuationBody.Move> moves,
    @Nullable Quota quota,
    @Nullable Object definition,
    @Nullable Problem problem) {

  /** A step of the job; {@code host}: whose worker carries it out, if any does. */
  public record PlannedStep(String name, @Nullable String host, @Nullable String detail) {
    private static PlannedStep of(Forecast.Step step) {
      return new PlannedStep(step.name(), step.host(), step.detail());
    }
  }

  /**
   * The host that would be taken.
   *
   * @param why what set it apart
   * @param shared true when the disks lie on the pool's storage already, so that none is copied
   */
  public record Placement(String host, String pool, String why, boolean shared) {
    private static Placement of(Choice choice) {
      return new Placement(choice.hostName(), choice.pool(), choice.why(), choice.shared());
    }
  }

  /**
   * A host that will not do; the numbers are null when the code is no matter of numbers. {@code
   * instance}: name of the one in the way.
   */
  public record Refusal(
      String host,
      String code,
      @Nullable Long needed,
      @Nullable Long free,
      @Nullable String unit,
      @Nullable String instance) {
    private static Refusal of(io.holdfast.engine.placement.Refusal refusal) {
      Numbers numbers = refusal.numbers();
      String code = refusal.reason().name();
      return numbers == null
          ? new Refusal(refusal.host(), code, null, null, null, refusal.instance())
          : new Refusal(
              refusal.host(), code, numbers.needed(), numbers.free(), numbers.unit(), null);
    }
  }

  /** A project's limits (null: none), what it uses, and what it would use after the job. */
  public record Quota(
      PlannedUse vcpus, PlannedUse memoryMiB, PlannedUse diskGiB, PlannedUse instances) {
    /** One limit. */
    public record PlannedUse(@Nullable Long limit, long used, long after) {
      private static PlannedUse of(QuotaPlan.Item item) {
        return new PlannedUse(item.limit(), item.used(), item.after());
      }
    }

    private static Quota of(QuotaPlan plan) {
      return new Quota(
          PlannedUse.of(plan.vcpus()),
          PlannedUse.of(plan.memoryMiB()),
          PlannedUse.of(plan.diskGiB()),
          PlannedUse.of(plan.instances()));
    }
  }

  /** Of a job. */
  public static PlanBody of(Plan plan) {
    JobRow job = plan.job();
    Forecast forecast = plan.forecast();
    Choice chosen = forecast.chosen();
    Transfer transfer = forecast.transfers().get(job.targetId());
    QuotaPlan quota = plan.quota();
    return new PlanBody(
        job.kind().name(),
        JobBody.Target.of(job),
        forecast.steps().stream().map(PlannedStep::of).toList(),
        chosen == null ? null : Placement.of(chosen),
        forecast.refusals().stream().map(Refusal::of).toList(),
        transfer == null ? null : PlannedTransfer.of(transfer),
        forecast.moves().stream()
            .map(move -> EvacuationBody.Move.of(move, forecast.transfers().get(move.instanceId())))
            .toList(),
        quota == null ? null : Quota.of(quota),
        null,
        plan.problem());
  }

  /** Of a change without a job. {@code verb}: CREATE or DELETE. */
  public static PlanBody of(String verb, String noun, UUID id, String name, Object definition) {
    return new PlanBody(
        verb + "_" + noun.toUpperCase(Locale.ROOT).replace('-', '_'),
        new JobBody.Target(noun, id, name),
        List.of(),
        null,
        List.of(),
        null,
        List.of(),
        null,
        definition,
        null);
  }
}
