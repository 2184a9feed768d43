package io.holdfast.workflows.orphan;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes a census of a host: what of ours is there. */
@WorkflowInterface
public interface ScanHostWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
