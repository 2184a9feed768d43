package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.workflows.activity.PauseActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobId;

/** Keeps more of a run from beginning while somebody holds it up. See {@link PauseActivities}. */
public final class RunPauses implements PauseActivities {
  private final Database database;

  public RunPauses(Database database) {
    this.database = database;
  }

  /** Fails with RUN_PAUSED; asked just before something new of a run is written. */
  public static void requireNone(PlanRunRow run) {
    if (run.pausedAt() != null) {
      throw Failures.of(FailureType.RUN_PAUSED, "The run was paused by " + run.pausedBy());
    }
  }

  @Override
  public void awaitResume(JobId run) {
    boolean paused =
        database.reading(
            daos ->
                daos.planRuns().find(run.value()).filter(row -> row.pausedAt() != null).isPresent()
                    && daos.jobs()
                        .find(run.value())
                        .filter(job -> !job.state().isFinal())
                        .isPresent());
    if (paused) { // the caller tries again by itself
      throw Failures.of(FailureType.INTERNAL, "The run is paused");
    }
  }
}
