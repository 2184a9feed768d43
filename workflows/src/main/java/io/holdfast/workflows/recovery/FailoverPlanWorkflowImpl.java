package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Plan: protected -> recovered. Makes each instance at the recovery site of its recovery point,
 * tier by tier; asks a host of the protected site for nothing but to keep off what is recovered,
 * and waits for none that is silent. What was recovered stays, whatever becomes of the others:
 * taking a service away again helps nobody.
 */
public final class FailoverPlanWorkflowImpl implements FailoverPlanWorkflow {
  private final RecoveryLedgerActivities ledger =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final Tiers tiers = new Tiers(ledger);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> failOver(saga, request));
  }

  private void failOver(Saga saga, JobRequest request) {
    JobId run = request.job();
    inherit(saga, run);
    RunOrder order =
        saga.stepWithoutUndo(Steps.PLAN_RUN, () -> ledger.planRun(run)); // rows of the run alone
    PlanSteps steps = new PlanSteps(ledger, saga, order);
    for (RunTier tier : order.tiers()) {
      steps.carryOut(tier.before());
      saga.stepForGood(Steps.recoverTier(tier.name()), () -> tiers.recover(order, tier));
      steps.carryOut(tier.after());
    }
    saga.complete(Steps.RECORD_RUN, updates -> ledger.completeRun(run, updates));
  }

  /** What a lost run has recovered stays; what it was about to is given up. */
  private void inherit(Saga saga, JobId run) {
    if (saga.hasBegun(Steps.PLAN_RUN)) {
      saga.inherit(tiers.begun(saga, tiers.pinned(run), tier -> tiers.keep(run)));
    }
  }
}
