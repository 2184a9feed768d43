package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes what a test of a plan made. */
@WorkflowInterface
public interface CleanupPlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
