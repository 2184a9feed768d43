package io.holdfast.workflows.orphan;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Removes from a host what the ledger knows nothing of. */
@WorkflowInterface
public interface DeleteOrphanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
