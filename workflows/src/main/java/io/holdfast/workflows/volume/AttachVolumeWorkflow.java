package io.holdfast.workflows.volume;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Gives a volume to an instance. */
@WorkflowInterface
public interface AttachVolumeWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
