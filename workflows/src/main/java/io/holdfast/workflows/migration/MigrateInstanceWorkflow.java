package io.holdfast.workflows.migration;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Moves an instance to another host. */
@WorkflowInterface
public interface MigrateInstanceWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
