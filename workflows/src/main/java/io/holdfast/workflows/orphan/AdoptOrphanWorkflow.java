package io.holdfast.workflows.orphan;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Makes an instance of a domain of ours that the ledger has lost. */
@WorkflowInterface
public interface AdoptOrphanWorkflow {
  @WorkflowMethod
  void run(JobRequest request);
}
