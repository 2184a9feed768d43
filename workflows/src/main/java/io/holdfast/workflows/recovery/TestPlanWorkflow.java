package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes guests of a plan's points in a bubble, beside production. */
@WorkflowInterface
public interface TestPlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
