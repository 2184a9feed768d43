package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Tests a plan and removes the test. */
@WorkflowInterface
public interface DrillWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
