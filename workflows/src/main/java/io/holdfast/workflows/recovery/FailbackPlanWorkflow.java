package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Brings the instances of a plan back, and protects them as before. */
@WorkflowInterface
public interface FailbackPlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
