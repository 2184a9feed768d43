package io.holdfast.workflows.image;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Brings an image's content into the catalogue and proves it on a host. */
@WorkflowInterface
public interface ImportImageWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
