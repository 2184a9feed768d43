package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Lets the recovery site take over. */
@WorkflowInterface
public interface FailoverPlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
