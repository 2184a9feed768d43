package io.holdfast.engine.core;

import static java.util.stream.Collectors.toMap;

import io.holdfast.engine.db.PlacedStep;
import io.holdfast.engine.db.StepRow;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.workflows.model.RunStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of the steps that a run's plan has around its tiers and instances. */
final class StepRecords {
  private StepRecords() {}

  /** In the order of the plan; those of other kinds of run are not there. */
  static List<RunRecord.Step> of(PlanRun run) {
    Map<String, StepRow> rows =
        run.planSteps().stream().collect(toMap(StepRow::name, step -> step));
    List<RunRecord.Step> records = new ArrayList<>();
    for (PlacedStep placed : run.row().definition().steps()) {
      StepRow row = rows.get(placed.step().pinned().step());
      if (row != null) {
        records.add(record(placed, row));
      }
    }
    return records;
  }

  private static RunRecord.Step record(PlacedStep placed, StepRow row) {
    RunStep step = placed.step().pinned();
    return new RunRecord.Step(
        step.name(),
        step.kind().name(),
        placed.words(),
        step.target(),
        step.policy().name(),
        row.state().name(),
        row.attempt(),
        row.startedAt(),
        row.endedAt(),
        seen(row));
  }

  private static @Nullable String seen(StepRow row) {
    return row.error() == null ? row.detail() : row.error().message();
  }
}
