package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.RunEditRow;
import io.holdfast.engine.db.RunEditRow.Change;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.RunRepin;
import io.holdfast.engine.recovery.PlannedRun;
import io.holdfast.engine.recovery.PlannedRun.PlannedPoint;
import io.holdfast.engine.recovery.RunRefusal;
import io.holdfast.workflows.model.RunKind;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a run has not begun: from which point an instance is recovered, what it is asked,
 * and whether it is recovered at all. What a run does is read from its rows when it begins, under
 * the lock that is held here, so an edit is in time or refused. Each is kept as a diff.
 */
public final class RunEditing {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Acceptance acceptance;
  private final Clock clock;

  public RunEditing(Acceptance acceptance, Clock clock) {
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /**
   * What is wanted of an instance; null: as it was.
   *
   * @param instance name or id of the protected one
   * @param at for {@link PointChoice#AT}
   */
  public record Edit(
      String instance,
      @Nullable PointChoice point,
      @Nullable Instant at,
      @Nullable List<PlanDefinition.Probe> probes,
      boolean leaveOut) {}

  /** All of it, or nothing. */
  public PlanRun edit(
      Submission submission, String id, @Nullable String reason, List<Edit> wanted) {
    return acceptance.definition(
        submission,
        UUID.randomUUID(),
        (daos, edit) -> {
          PlanRunRow run = editable(daos, id);
          List<Change> changes = new ArrayList<>();
          for (int i = 0; i < wanted.size(); i++) {
            apply(daos, run, "instances[" + i + "]", wanted.get(i), changes);
          }
          daos.runSteering()
              .insertEdit(
                  new RunEditRow(
                      edit, run.id(), Moment.now(clock), submission.caller(), reason, changes));
          return PlanRun.of(daos, run);
        },
        (daos, edit) -> Optional.of(PlanRun.of(daos, PlanRun.row(daos, id))));
  }

  private static PlanRunRow editable(Daos daos, String id) {
    PlanRunRow run = RunPausing.lockedOpen(daos, id);
    if (run.kind() == RunKind.DRILL) {
      throw refused("A drill proves its plan as it is; change the plan, or send :test");
    }
    if (run.kind() != RunKind.TEST && run.kind() != RunKind.DISASTER_RECOVERY) {
      throw refused("A planned run waits for nobody: cancel it, change the plan, begin again");
    }
    if (run.pinnedAt() == null) {
      throw refused("The run has not settled what it does; the plan can be changed until then");
    }
    return run;
  }

  private void apply(Daos daos, PlanRunRow run, String field, Edit wanted, List<Change> changes) {
    PlanRunInstanceRow row = member(daos, run, field, wanted.instance());
    requireNotBegun(daos, field, row);
    boolean changed = wanted.point() != null || wanted.at() != null || wanted.probes() != null;
    if (wanted.leaveOut() == changed) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, field, "either leaveOut, or point or probes must be given");
    }
    if (wanted.leaveOut()) {
      change(changes, row, "state", text(row.state()), text(RunState.LEFT_OUT));
      daos.planRuns().setState(run.id(), row.sourceId(), RunState.LEFT_OUT, null);
      return;
    }
    if (wanted.probes() != null) {
      PlanDefinitions.requireWhole(field, wanted.probes());
      change(changes, row, "probes", json(row.probes()), json(wanted.probes()));
      daos.runSteering().setProbes(run.id(), row.sourceId(), wanted.probes());
    }
    PointChoice point = wanted.point();
    PlanDefinitions.requireTime(field, point, wanted.at());
    if (point != null) {
      choose(daos, run, field, row, point, wanted.at(), changes);
    }
  }

  private static PlanRunInstanceRow member(
      Daos daos, PlanRunRow run, String field, String reference) {
    return daos.planRuns().instances(run.id()).stream()
        .filter(
            row ->
                row.sourceName().equals(reference) || row.sourceId().toString().equals(reference))
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.ofField(
                    ProblemCode.UNKNOWN_REFERENCE,
                    field + ".instance",
                    "The run has no instance " + reference));
  }

  /** One whose last attempt failed and is over will begin again. */
  private static void requireNotBegun(Daos daos, String field, PlanRunInstanceRow row) {
    boolean over =
        Optional.ofNullable(row.jobId())
            .flatMap(daos.jobs()::find)
            .filter(job -> !job.state().isFinal())
            .isEmpty();
    boolean waits = row.state() == RunState.NOT_STARTED || row.state() == RunState.FAILED;
    if (!over || !waits) {
      throw ProblemException.ofField(
          ProblemCode.ACTION_NOT_ALLOWED,
          field + ".instance",
          "%s is %s; only what has not begun can be edited"
              .formatted(row.sourceName(), over ? row.state() : RunState.RUNNING));
    }
  }

  /** By the planner of runs, which looks at the host and its room as well. */
  private void choose(
      Daos daos,
      PlanRunRow run,
      String field,
      PlanRunInstanceRow row,
      PointChoice point,
      @Nullable Instant at,
      List<Change> changes) {
    RunRepin repin = new RunRepin(daos, run, row);
    PlannedRun planned = repin.plan(point, at, clock.instant());
    if (!planned.isClear()) {
      throw ProblemException.ofCauses(
          ProblemCode.RECOVERY_POINT_NOT_AVAILABLE,
          "%s: %s cannot be recovered like this".formatted(field, row.sourceName()),
          planned.refusals().stream().map(RunRefusal::line).toList());
    }
    PlannedPoint found = repin.write(planned);
    change(
        changes,
        row,
        "point",
        row.pointId() == null
            ? NullNode.getInstance()
            : json(row.pointId(), Objects.requireNonNull(row.pointNumber()), row.takenAt()),
        json(found.id(), found.number(), found.takenAt()));
  }

  private static void change(
      List<Change> changes, PlanRunInstanceRow row, String field, JsonNode from, JsonNode to) {
    changes.add(new Change(row.sourceName(), field, from, to));
  }

  private static JsonNode json(UUID point, long number, @Nullable Instant takenAt) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", point.toString())
        .put("number", number)
        .put("takenAt", String.valueOf(takenAt));
  }

  private static JsonNode text(RunState state) {
    return TextNode.valueOf(state.name());
  }

  private static JsonNode json(List<PlanDefinition.Probe> probes) {
    return JSON.valueToTree(probes);
  }

  private static ProblemException refused(String why) {
    return new ProblemException(ProblemCode.ACTION_NOT_ALLOWED, why);
  }
}
