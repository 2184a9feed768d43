package io.holdfast.workflows.replication;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Reads a recovery point again. */
@WorkflowInterface
public interface VerifyPointWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
