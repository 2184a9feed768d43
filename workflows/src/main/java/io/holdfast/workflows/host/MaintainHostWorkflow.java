package io.holdfast.workflows.host;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes a host out of placement, so that people can work on it. */
@WorkflowInterface
public interface MaintainHostWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
