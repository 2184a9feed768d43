package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Gives an instance other processors and memory. */
@WorkflowInterface
public interface ResizeInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
