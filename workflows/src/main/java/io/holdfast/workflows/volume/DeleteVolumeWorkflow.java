package io.holdfast.workflows.volume;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Deletes a volume that no instance has. */
@WorkflowInterface
public interface DeleteVolumeWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
