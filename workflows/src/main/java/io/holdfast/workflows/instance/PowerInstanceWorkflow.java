package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Starts, stops or reboots an instance. */
@WorkflowInterface
public interface PowerInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
