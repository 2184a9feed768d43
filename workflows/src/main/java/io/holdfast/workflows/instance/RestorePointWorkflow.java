package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes a new instance of what a recovery point has. */
@WorkflowInterface
public interface RestorePointWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
