package io.holdfast.engine.temporal;

import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobId;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;

/** What Temporal knows about the runs of jobs. */
final class JobRuns {
  private final WorkflowClient client;

  JobRuns(WorkflowClient client) {
    this.client = client;
  }

  /** The newest run of the job, whether there is one or not. */
  WorkflowStub of(JobRow job) {
    return client.newUntypedWorkflowStub(job.kind().workflowId(new JobId(job.id())));
  }

  /** False when Temporal knows no run of the job, or only runs that have ended. */
  boolean goesOn(JobRow job) {
    try {
      return switch (of(job).describe().getStatus()) {
        case WORKFLOW_EXECUTION_STATUS_COMPLETED,
            WORKFLOW_EXECUTION_STATUS_FAILED,
            WORKFLOW_EXECUTION_STATUS_CANCELED,
            WORKFLOW_EXECUTION_STATUS_TERMINATED,
            WORKFLOW_EXECUTION_STATUS_TIMED_OUT ->
            false;
        default -> true; // Temporal's states, not ours
      };
    } catch (WorkflowNotFoundException unknown) {
      return false;
    }
  }
}
