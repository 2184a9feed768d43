package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Plan: under test -> ready. Removes the guests of a test, and reads back that hosts and ledger
 * have nothing of it. What is removed cannot come back, so a cleanup that failed is run again, and
 * each step takes "already gone" for done.
 */
public final class CleanupPlanWorkflowImpl implements CleanupPlanWorkflow {
  private final RecoveryLedgerActivities ledger =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final Removal removal = new Removal(ledger);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> cleanUp(saga, request));
  }

  private void cleanUp(Saga saga, JobRequest request) {
    RunOrder order = ledger.cleanupOrder(request.job());
    saga.stepForGood(Steps.REMOVE_GUESTS, () -> removal.removeAll(order));
    saga.stepWithoutUndo(Steps.VERIFY_REMOVAL, () -> removal.verify(order)); // only reads
    saga.complete(Steps.RECORD_CLEANUP, steps -> ledger.completeCleanup(request.job(), steps));
  }
}
