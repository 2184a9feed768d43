package io.holdfast.workflows.image;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes an image from hosts, store and catalogue. */
@WorkflowInterface
public interface DeleteImageWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
