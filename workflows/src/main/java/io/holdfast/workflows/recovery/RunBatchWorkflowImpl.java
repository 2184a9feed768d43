package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.RunBatch;
import io.holdfast.workflows.saga.Profiles;
import java.util.List;

/** Changes nothing itself: each instance is the work of a job. */
public final class RunBatchWorkflowImpl implements RunBatchWorkflow {
  private final MemberJobs jobs =
      new MemberJobs(
          Profiles.inventory(RecoveryLedgerActivities.class),
          Profiles.inventory(MoveLedgerActivities.class));

  @Override
  public List<JobFailure> run(RunBatch batch) {
    return jobs.of(batch);
  }
}
