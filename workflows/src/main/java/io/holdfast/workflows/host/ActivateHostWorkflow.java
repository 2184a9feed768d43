package io.holdfast.workflows.host;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Lets a host take new instances again. */
@WorkflowInterface
public interface ActivateHostWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
