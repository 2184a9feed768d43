package io.holdfast.workflows.migration;

import io.holdfast.workflows.model.JobRequest;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Moves an instance to another host. */
@WorkflowInterface
public interface MigrateInstanceWorkflow {
  /** The signal's name, for who sends it. */
  String LIMITS_CHANGED = "limitsChanged";

  @WorkflowMethod
  void run(JobRequest request);

  /** The ledger has other limits for this migration than before. */
  @SignalMethod(name = LIMITS_CHANGED)
  void limitsChanged();
}
