package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes an instance of a recovery point for a run of a recovery plan, and asks its guest. */
@WorkflowInterface
public interface PromoteInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
