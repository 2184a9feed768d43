package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Plan: recovered -> protected, the other way round. Keeps what the old site has as a recovery
 * point where the instances are now, takes the old disks as the base of their replicas there, turns
 * groups and plan, and makes a first point; the old copies are removed behind that. An unwind turns
 * groups and plan back and leaves no replica and no point but those that may be recovered from; the
 * old copies are then as they were.
 */
public final class ReprotectPlanWorkflowImpl implements ReprotectPlanWorkflow {
  private final ReversalLedgerActivities ledger =
      Profiles.inventory(ReversalLedgerActivities.class);
  private final Reversal reversal =
      new Reversal(ledger, Profiles.inventory(RecoveryLedgerActivities.class));

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> reprotect(saga, request));
  }

  private void reprotect(Saga saga, JobRequest request) {
    reversal.turn(saga, request.job());
    saga.complete(Steps.RECORD_RUN, steps -> ledger.completeReversal(request.job(), steps));
  }
}
