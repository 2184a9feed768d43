package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes an instance and all that belongs to it; may be run from any state. */
@WorkflowInterface
public interface DeleteInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
