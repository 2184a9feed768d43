package io.holdfast.workflows.saga;

import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ChildWorkflowStub;
import io.temporal.workflow.Workflow;

/**
 * The run of a job that another job waits for: an ordinary job with its own steps, undo and lease.
 * It outlives the job that waits.
 */
public final class ChildRun {
  private ChildRun() {}

  public static ChildWorkflowStub of(JobKind kind, JobId job) {
    return Workflow.newUntypedChildWorkflowStub(
        kind.workflowType(),
        ChildWorkflowOptions.newBuilder()
            .setWorkflowId(kind.workflowId(job))
            .setWorkflowIdReusePolicy(
                WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
            .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
            .setCancellationType(ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
            .build());
  }
}
