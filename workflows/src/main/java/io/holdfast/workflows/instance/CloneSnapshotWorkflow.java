package io.holdfast.workflows.instance;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes a new instance of what a snapshot has. */
@WorkflowInterface
public interface CloneSnapshotWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
