package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes an instance and waits until its guest answers. */
@WorkflowInterface
public interface CreateInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
