package io.holdfast.workflows.replication;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Ends the protection of a group. */
@WorkflowInterface
public interface DeleteGroupWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
