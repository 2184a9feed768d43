package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The job's own record in the database. Local activities of the engine; each may run twice. */
@ActivityInterface
public interface JobActivities {
  /**
   * Writes the changes in order and puts the job to RUNNING, or to the hold's state. False when the
   * job has ended meanwhile: its run has nothing more to do, and must do nothing more.
   *
   * @param hold what the job waits for, or null when it goes on
   * @param atMillis workflow time; a change of the job's state that is older than the last is
   *     ignored
   */
  boolean recordSteps(JobId job, List<StepUpdate> updates, @Nullable JobHold hold, long atMillis);

  /** Writes the patch of a decision into the job's target; see {@link JobDecision}. */
  void applyPatch(JobId job, UUID decision);

  /**
   * Ends a job that did not succeed. In the same transaction an instance or image whose creation
   * was undone loses its row.
   */
  void endJob(JobId job, JobOutcome outcome, List<StepUpdate> updates);
}
