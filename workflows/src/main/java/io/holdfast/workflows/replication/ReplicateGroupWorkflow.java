package io.holdfast.workflows.replication;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes one recovery point of a protection group. */
@WorkflowInterface
public interface ReplicateGroupWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
