package io.holdfast.workflows.host;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Asks a new host what it is and makes it available for placement. */
@WorkflowInterface
public interface DiscoverHostWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
