package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Plan: protected at the old site -> at home, and protected as before: a planned migration and a
 * reprotect behind it, as {@link MigratePlanWorkflowImpl} and {@link ReprotectPlanWorkflowImpl}
 * are, in one job. Once an instance is at home an unwind leaves it there; the direction can then be
 * turned by a reprotect.
 */
public final class FailbackPlanWorkflowImpl implements FailbackPlanWorkflow {
  private final RecoveryLedgerActivities runs = Profiles.inventory(RecoveryLedgerActivities.class);
  private final ReversalLedgerActivities reversals =
      Profiles.inventory(ReversalLedgerActivities.class);
  private final PlannedMove move = new PlannedMove(runs);
  private final Reversal reversal = new Reversal(reversals, runs);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> failBack(saga, request));
  }

  private void failBack(Saga saga, JobRequest request) {
    if (!saga.hasBegun(Steps.KEEP_COPIES)) { // else a cancel waits until the run has come as far
      move.inherit(saga, request.job());
    }
    move.make(saga, request.job());
    reversal.turn(saga, request.job());
    saga.complete(Steps.RECORD_RUN, steps -> reversals.completeReversal(request.job(), steps));
  }
}
