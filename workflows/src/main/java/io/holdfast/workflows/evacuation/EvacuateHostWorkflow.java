package io.holdfast.workflows.evacuation;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes a host out of placement and moves everything off it. */
@WorkflowInterface
public interface EvacuateHostWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
