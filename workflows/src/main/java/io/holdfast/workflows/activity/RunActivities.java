package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.temporal.activity.ActivityInterface;

/** Runs of other jobs, by the engine's own client. Local activities. */
@ActivityInterface
public interface RunActivities {
  /** Terminates the job's run; none, or one that has ended, is no error. */
  void endRun(JobKind kind, JobId job);
}
