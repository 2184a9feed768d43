package io.holdfast.workflows.orphan;

import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/** Takes and records a census. Changes nothing on the host, and of the ledger only the census. */
public final class ScanHostWorkflowImpl implements ScanHostWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final CensusLedgerActivities census = Profiles.inventory(CensusLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> scan(saga, request));
  }

  private void scan(Saga saga, JobRequest request) {
    saga.on(ledger.hostRef(request.host()));

    saga.stepWithoutUndo(Steps.TAKE_CENSUS, () -> Census.take(request.host())); // only reads
    saga.complete(
        Steps.RECORD_CENSUS, steps -> census.completeScan(request.job(), request.host(), steps));
  }
}
