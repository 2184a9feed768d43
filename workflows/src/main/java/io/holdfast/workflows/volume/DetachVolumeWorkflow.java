package io.holdfast.workflows.volume;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Takes a volume from its instance. */
@WorkflowInterface
public interface DetachVolumeWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
