package io.holdfast.engine.core;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.FencingProofRow;
import io.holdfast.engine.db.JobPulse;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.ledger.PromotionSteps;
import io.holdfast.workflows.model.JobState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs with all that belongs to them, in as many queries for many of them as for one. */
final class RunPage {
  private final Map<UUID, JobRow> jobs;
  private final Map<UUID, List<StepRow>> steps;
  private final Map<UUID, List<DecisionRow>> decisions;
  private final Map<UUID, String> sites;
  private final Map<UUID, List<PlanRunInstanceRow>> instances;
  private final Map<UUID, JobState> promotions;
  private final Map<UUID, List<StepRow>> promotionSteps;
  private final Map<UUID, List<FencingProofRow>> proofs;
  private final Map<UUID, RehearsalRow> rehearsals;
  private final Map<UUID, ReversalRecord> reversals;
  private final Map<UUID, List<RunEditRow>> edits;

  private RunPage(Daos daos, List<PlanRunRow> runs, List<PlanRunInstanceRow> members) {
    List<UUID> ids = runs.stream().map(PlanRunRow::id).toList();
    jobs = by(JobRow::id, daos.jobs().findAll(ids));
    steps = daos.jobs().stepsOf(ids).stream().collect(groupingBy(StepRow::jobId));
    decisions = daos.decisions().of(ids).stream().collect(groupingBy(DecisionRow::jobId));
    sites =
        runs.stream()
            .map(PlanRunRow::siteId)
            .distinct()
            .collect(toMap(id -> id, id -> daos.sites().findById(id).orElseThrow().name()));
    instances = members.stream().collect(groupingBy(PlanRunInstanceRow::runId));
    List<UUID> last = jobsOf(members.stream());
    promotions =
        daos.jobs().pulses(last, last).stream().collect(toMap(JobPulse::id, JobPulse::state));
    promotionSteps =
        daos
            .jobs()
            .stepsOf(
                jobsOf(
                    runs.stream()
                        .filter(run -> run.definition().hasInstanceSteps())
                        .flatMap(run -> instances.getOrDefault(run.id(), List.of()).stream())))
            .stream()
            .collect(groupingBy(StepRow::jobId));
    proofs = daos.planRuns().proofsOf(ids).stream().collect(groupingBy(FencingProofRow::runId));
    rehearsals = by(RehearsalRow::runId, daos.rehearsals().findAll(ids));
    reversals = ReversalRecord.of(daos, ids);
    edits = daos.runSteering().editsOf(ids).stream().collect(groupingBy(RunEditRow::runId));
  }

  /** In the order of the rows; {@code members}: their instances, in order. */
  static List<PlanRun> of(Daos daos, List<PlanRunRow> runs, List<PlanRunInstanceRow> members) {
    RunPage page = new RunPage(daos, runs, members);
    return runs.stream().map(page::run).toList();
  }

  private PlanRun run(PlanRunRow row) {
    UUID id = row.id();
    JobRow job = Optional.ofNullable(jobs.get(id)).orElseThrow(() -> Lookup.missing("run"));
    List<StepRow> own = steps.getOrDefault(id, List.of());
    List<PlanRunInstanceRow> its = instances.getOrDefault(id, List.of());
    return new PlanRun(
        row,
        new JobService.Job(job, own, decisions.getOrDefault(id, List.of())),
        Objects.requireNonNull(sites.get(row.siteId())),
        its,
        promotions,
        PromotionSteps.ofPlan(
            Stream.concat(
                own.stream(),
                jobsOf(its.stream()).stream()
                    .flatMap(one -> promotionSteps.getOrDefault(one, List.of()).stream()))),
        proofs.getOrDefault(id, List.of()),
        rehearsals.get(id),
        reversals.getOrDefault(id, ReversalRecord.NONE),
        edits.getOrDefault(id, List.of()));
  }

  private static List<UUID> jobsOf(Stream<PlanRunInstanceRow> members) {
    return members.map(PlanRunInstanceRow::jobId).filter(Objects::nonNull).toList();
  }

  private static <T> Map<UUID, T> by(Function<T, UUID> id, List<T> rows) {
    return rows.stream().collect(toMap(id, row -> row));
  }
}
