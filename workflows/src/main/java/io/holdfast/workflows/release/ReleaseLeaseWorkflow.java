package io.holdfast.workflows.release;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** RELEASE_LEASE; its target is the job that holds the lease. */
@WorkflowInterface
public interface ReleaseLeaseWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
