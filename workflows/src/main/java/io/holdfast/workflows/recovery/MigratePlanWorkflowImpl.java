package io.holdfast.workflows.recovery;

import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Plan: protected -> recovered, with both sites well and no data lost. Changes the guests of the
 * protected site (off), their groups (one more point) and the recovery site. An unwind starts the
 * guests again; once one instance has taken over, what has stays, and only the others start again.
 */
public final class MigratePlanWorkflowImpl implements MigratePlanWorkflow {
  private final RecoveryLedgerActivities ledger =
      Profiles.inventory(RecoveryLedgerActivities.class);
  private final PlannedMove move = new PlannedMove(ledger);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> migrate(saga, request));
  }

  private void migrate(Saga saga, JobRequest request) {
    move.inherit(saga, request.job());
    move.make(saga, request.job());
    saga.complete(Steps.RECORD_RUN, steps -> ledger.completeRun(request.job(), steps));
  }
}
