package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Gives an instance the disks of one of its snapshots. */
@WorkflowInterface
public interface RestoreSnapshotWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
