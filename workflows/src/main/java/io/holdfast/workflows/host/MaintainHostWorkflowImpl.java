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
 * Host: ACTIVE -> MAINTENANCE. Changes the ledger alone: guests run on, and their jobs too. An
 * unwind opens the host again, if it was open. To move its guests away is a step that belongs
 * between the two.
 */
public final class MaintainHostWorkflowImpl implements MaintainHostWorkflow {
  private final HostLedgerActivities ledger = Profiles.inventory(HostLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> maintain(saga, request.job(), request.host()));
  }

  private void maintain(Saga saga, JobId job, HostId host) {
    CancellationScope.throwCanceled(); // calls of the ledger alone would not notice
    saga.step(
        Steps.CLOSE_HOST, () -> ledger.restoreHost(job, host), () -> ledger.closeHost(job, host));
    saga.complete(Steps.RECORD_HOST, steps -> ledger.completeHostState(job, host, steps));
  }
}
