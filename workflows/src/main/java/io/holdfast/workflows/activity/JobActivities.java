package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** The job's own record in the database. Local activities of the engine; each may run twice. */
@ActivityInterface
public interface JobActivities {
  /** Writes the changes in order, and puts the job to RUNNING when it was PENDING. */
  void recordSteps(JobId job, List<StepUpdate> updates);

  /**
   * Ends a job that did not succeed. In the same transaction an instance or image whose creation
   * was undone loses its row.
   */
  void endJob(JobId job, JobOutcome outcome, List<StepUpdate> updates);
}
