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
 * Plan: ready -> under test. Makes guests of their own in isolated networks at the recovery site,
 * tier by tier, and asks them; production and its replication are not touched. An unwind removes
 * all of it and reads that back. What succeeded stays until its cleanup.
 */
public final class TestPlanWorkflowImpl implements TestPlanWorkflow {
  private final RecoveryLedgerActivities ledger =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final Tiers tiers = new Tiers(ledger);
  private final Removal removal = new Removal(ledger);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> test(saga, request));
  }

  private void test(Saga saga, JobRequest request) {
    JobId run = request.job();
    removal.inherit(saga, run);
    RunOrder order =
        saga.claim(Steps.PLAN_RUN, () -> removal.verify(run), () -> ledger.planRun(run));
    PlanSteps steps = new PlanSteps(ledger, saga, order);
    for (RunTier tier : order.tiers()) {
      steps.carryOut(tier.before());
      saga.step(
          Steps.recoverTier(tier.name()),
          () -> removal.remove(order, tier),
          () -> tiers.recover(order, tier));
      steps.carryOut(tier.after());
    }
    saga.complete(Steps.RECORD_RUN, updates -> ledger.completeRun(run, updates));
  }
}
