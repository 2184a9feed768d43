package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes a snapshot. */
@WorkflowInterface
public interface DeleteSnapshotWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
