package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PlanDefinition.Member;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.StepRow;
import io.holdfast.workflows.model.InstanceSteps;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.RunKind;
import io.holdfast.workflows.model.RunStep;
import io.holdfast.workflows.model.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a plan has done around single instances: steps of the jobs that recover those. */
public final class PromotionSteps {
  private PromotionSteps() {}

  /** Of a job; null when its plan has nothing done around its instance. */
  public static @Nullable InstanceSteps of(Daos daos, JobRow job) {
    if (job.kind() != JobKind.PROMOTE_INSTANCE
        || (job.request().path(JobRow.BEFORE).isEmpty()
            && job.request().path(JobRow.AFTER).isEmpty())) {
      return null;
    }
    UUID id = UUID.fromString(job.request().path("run").asText());
    PlanRunRow run = daos.planRuns().find(id).orElseThrow();
    Member member =
        run.definition()
            .member(UUID.fromString(job.request().path("instance").asText()))
            .orElseThrow();
    return new InstanceSteps(
        new JobId(id), pinned(member.before(), run.kind()), pinned(member.after(), run.kind()));
  }

  private static List<RunStep> pinned(List<PlanStep> steps, RunKind kind) {
    return steps.stream().filter(step -> step.isFor(kind)).map(PlanStep::pinned).toList();
  }

  /** Names those of an instance in the request of its job. */
  static void name(ObjectNode request, PlanRunRow run, UUID source) {
    run.definition()
        .member(source)
        .ifPresent(
            member -> {
              name(request.putArray(JobRow.BEFORE), pinned(member.before(), run.kind()));
              name(request.putArray(JobRow.AFTER), pinned(member.after(), run.kind()));
            });
  }

  private static void name(ArrayNode names, List<RunStep> steps) {
    steps.forEach(step -> names.add(step.name()));
  }

  /** What became of all that a run's plan has done: by its own job, and by those of instances. */
  static List<StepRow> rows(
      Daos daos, PlanRunRow run, List<PlanRunInstanceRow> instances, List<StepRow> own) {
    List<StepRow> rows = new ArrayList<>(own);
    if (run.definition().hasInstanceSteps()) {
      List<UUID> jobs =
          instances.stream().map(PlanRunInstanceRow::jobId).filter(Objects::nonNull).toList();
      rows.addAll(daos.jobs().stepsOf(jobs));
    }
    return ofPlan(rows.stream());
  }

  /** Those that are the plan's, not the job's own. */
  public static List<StepRow> ofPlan(Stream<StepRow> steps) {
    return steps.filter(step -> Steps.isOfPlan(step.name())).toList();
  }
}
