package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.recovery.LeftOutSteps;
import io.holdfast.engine.recovery.RunProgress;
import io.holdfast.workflows.model.JobState;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run of a recovery plan with what the API says of it besides.
 *
 * @param promotions the states of its instances' last jobs
 * @param planSteps those that the plan has around tiers and instances
 */
public record PlanRun(
    PlanRunRow row,
    JobService.Job job,
    String site,
    List<PlanRunInstanceRow> instances,
    Map<UUID, JobState> promotions,
    List<StepRow> planSteps,
    List<FencingProofRow> proofs,
    @Nullable RehearsalRow rehearsal,
    ReversalRecord reversal,
    List<RunEditRow> edits) {
  public RunProgress progress() {
    JobRow its = job.row();
    return RunProgress.of(
        its.state(),
        its.undone(),
        row.pinnedAt() != null,
        row.pausedAt() != null,
        instances.stream()
            .anyMatch(
                one ->
                    one.jobId() != null
                        && promotions.get(one.jobId()) == JobState.WAITING_FOR_APPROVAL),
        isWhole());
  }

  /** True when all instances were recovered, and no step of the plan was left out. */
  public boolean isWhole() {
    return instances.stream().allMatch(one -> one.recoveredAt() != null)
        && LeftOutSteps.of(planSteps).isEmpty();
  }

  static PlanRunRow row(Daos daos, String id) {
    return Lookup.uuid(id).flatMap(daos.planRuns()::find).orElseThrow(() -> Lookup.missing("run"));
  }

  static PlanRun of(Daos daos, PlanRunRow row) {
    List<UUID> id = List.of(row.id());
    return RunPage.of(daos, List.of(row), daos.planRuns().instancesOf(id)).get(0);
  }
}
