package io.holdfast.workflows.host;

import io.holdfast.workflows.activity.HostLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.temporal.workflow.CancellationScope;

/**
 * Host: MAINTENANCE -> ACTIVE. Changes the ledger alone; whether the host answers is seen by its
 * watch. An unwind puts it back into maintenance, if it was there.
 */
public final class ActivateHostWorkflowImpl implements ActivateHostWorkflow {
  private final HostLedgerActivities ledger = Profiles.inventory(HostLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> activate(saga, request.job(), request.host()));
  }

  private void activate(Saga saga, JobId job, HostId host) {
    CancellationScope.throwCanceled(); // calls of the ledger alone would not notice
    saga.step(
        Steps.OPEN_HOST, () -> ledger.restoreHost(job, host), () -> ledger.openHost(job, host));
    saga.complete(Steps.RECORD_HOST, steps -> ledger.completeHostState(job, host, steps));
  }
}
