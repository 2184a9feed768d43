package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.ledger.PromotionSteps;
import io.holdfast.engine.recovery.LeftOutSteps;
import io.holdfast.engine.recovery.RunProgress;
import io.holdfast.workflows.model.JobState;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A run of a recovery plan with what the API says of it besides.
 *
 * @param planSteps those that the plan has around tiers and instances
 */
public record PlanRun(
    PlanRunRow row,
    JobService.Job job,
    String site,
    List<PlanRunInstanceRow> instances,
    List<JobRow> promotions,
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
        promotions.stream().anyMatch(one -> one.state() == JobState.WAITING_FOR_APPROVAL),
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
    JobRow job = daos.jobs().find(row.id()).orElseThrow(() -> Lookup.missing("run"));
    List<PlanRunInstanceRow> instances = daos.planRuns().instances(row.id());
    List<StepRow> steps = daos.jobs().steps(row.id());
    return new PlanRun(
        row,
        new JobService.Job(job, steps, daos.decisions().of(row.id())),
        daos.sites().findById(row.siteId()).orElseThrow().name(),
        instances,
        daos.jobs()
            .findAll(
                instances.stream()
                    .map(PlanRunInstanceRow::jobId)
                    .flatMap(Stream::ofNullable)
                    .toList()),
        PromotionSteps.rows(daos, row, instances, steps),
        daos.planRuns().proofs(row.id()),
        daos.rehearsals().find(row.id()).orElse(null),
        ReversalRecord.of(daos, row.id()),
        daos.runSteering().edits(row.id()));
  }
}
