package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.StepRow;
import io.holdfast.workflows.model.StepState;
import java.util.List;

/** What a job has begun and not undone: when its run is lost, the one that follows must know. */
public final class BegunSteps {
  private BegunSteps() {}

  /** Their names, in order; none of a job that no run has begun. */
  public static List<String> of(Daos daos, JobRow job) {
    return job.startedAt() == null
        ? List.of()
        : daos.jobs().steps(job.id()).stream()
            .filter(step -> step.startedAt() != null && step.state() != StepState.UNDONE)
            .map(StepRow::name)
            .toList();
  }
}
