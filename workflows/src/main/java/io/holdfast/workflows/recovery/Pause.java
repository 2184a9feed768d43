package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.PauseActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;

/**
 * A person may hold a run up: nothing more of it begins until somebody resumes it, and what has
 * begun goes on to its end. The ledger says so when something is to begin, so a run that nobody
 * pauses is not asked once more. A cancel and a deadline end the wait.
 */
final class Pause {
  private final JobId run;
  private final PauseActivities activities = Profiles.patience(PauseActivities.class);

  Pause(JobId run) {
    this.run = run;
  }

  /** Begins something, as soon as the run is not paused. */
  <T> T unlessPaused(Func<T> begin) {
    while (true) {
      try {
        return begin.apply();
      } catch (TemporalFailure failure) {
        if (Failures.typeOf(failure) != FailureType.RUN_PAUSED) {
          throw failure;
        }
        activities.awaitResume(run);
      }
    }
  }
}
