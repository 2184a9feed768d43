package io.holdfast.workflows.volume;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes a volume larger. */
@WorkflowInterface
public interface ResizeVolumeWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
