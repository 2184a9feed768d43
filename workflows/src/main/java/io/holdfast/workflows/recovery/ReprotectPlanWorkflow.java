package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Protects at the old site what has taken over from it. */
@WorkflowInterface
public interface ReprotectPlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
