package io.holdfast.engine.recovery;

import io.holdfast.engine.db.StepRow;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.Steps;
import java.util.List;

/**
 * What a run's plan wanted before and after its tiers and instances, and the run went on without.
 */
public final class LeftOutSteps {
  private LeftOutSteps() {}

  /** A line for each. One that never began belongs to a tier of which nothing was left to do. */
  public static List<String> of(List<StepRow> steps) {
    return steps.stream()
        .filter(step -> Steps.isOfPlan(step.name()) && step.startedAt() != null)
        .filter(step -> step.state() == StepState.SKIPPED)
        .map(step -> "%s: %s".formatted(step.name(), step.detail()))
        .toList();
  }
}
