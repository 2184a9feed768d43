package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.temporal.workflow.Workflow;

/**
 * Plan: ready -> ready, and proven. As {@link TestPlanWorkflowImpl}, with the cleanup in the same
 * job: it succeeds only when the test has passed and hosts and ledger were read back as clean. An
 * unwind does the same cleanup; so does a deadline that passes.
 */
public final class DrillWorkflowImpl implements DrillWorkflow {
  private final RecoveryLedgerActivities ledger =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final Tiers tiers = new Tiers(ledger);
  private final Removal removal = new Removal(ledger);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, asking -> bound(request, asking), saga -> drill(saga, request));
  }

  /** A drill that nobody approves keeps the plan no longer than one that is carried out. */
  private void bound(JobRequest request, Runnable asking) {
    boolean bounded =
        Workflow.getVersion("approval-by-deadline", Workflow.DEFAULT_VERSION, 1)
            != Workflow.DEFAULT_VERSION;
    new Deadline(bounded ? ledger.pinnedRun(request.job()).deadline() : null).bound(asking);
  }

  private void drill(Saga saga, JobRequest request) {
    JobId run = request.job();
    removal.inherit(saga, run);
    RunOrder order =
        saga.claim(Steps.PLAN_RUN, () -> removal.verify(run), () -> ledger.planRun(run));
    Deadline deadline = new Deadline(order.deadline());
    PlanSteps steps = new PlanSteps(ledger, saga, order);
    for (RunTier tier : order.tiers()) {
      steps.carryOut(tier.before());
      saga.step(
          Steps.recoverTier(tier.name()),
          () -> removal.remove(order, tier),
          () -> deadline.bound(() -> tiers.recover(order, tier)));
      steps.carryOut(tier.after());
    }
    // the undo of a tier removes the same, so these two have none of their own
    saga.stepWithoutUndo(Steps.REMOVE_GUESTS, () -> removal.removeAll(order));
    saga.stepWithoutUndo(Steps.VERIFY_REMOVAL, () -> removal.verify(order));
    saga.complete(Steps.RECORD_RUN, updates -> ledger.completeRun(run, updates));
  }
}
