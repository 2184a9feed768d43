package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes a snapshot of an instance. */
@WorkflowInterface
public interface SnapshotInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
