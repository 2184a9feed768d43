package io.holdfast.workflows.recovery;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Brings the instances of a plan to its recovery site, and loses nothing. */
@WorkflowInterface
public interface MigratePlanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
