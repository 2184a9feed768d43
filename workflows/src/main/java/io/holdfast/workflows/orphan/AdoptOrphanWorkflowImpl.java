package io.holdfast.workflows.orphan;

import io.holdfast.workflows.activity.CensusActivities;
import io.holdfast.workflows.activity.CensusLedgerActivities;
import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.OrphanOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Domain without a row -> instance. Reads the domain and writes its row, ports, place and claim in
 * one transaction, the last step's; so there is nothing to undo, and nothing changes on the host.
 */
public final class AdoptOrphanWorkflowImpl implements AdoptOrphanWorkflow {
  private final CensusLedgerActivities ledger = Profiles.inventory(CensusLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> adopt(saga, request));
  }

  private void adopt(Saga saga, JobRequest request) {
    OrphanOrder order = ledger.orphanOrder(request.job());
    HostId host = order.host().id();
    saga.on(order.host());

    saga.stepWithoutUndo(Steps.TAKE_CENSUS, () -> Census.take(host)); // only reads, as the next
    DomainDescription domain =
        saga.stepWithoutUndo(
            Steps.DESCRIBE_DOMAIN,
            () ->
                Profiles.libvirtShort(CensusActivities.class, host)
                    .describeDomain(new InstanceId(order.item().owner())));
    saga.complete(
        Steps.RECORD_ADOPTION, steps -> ledger.completeAdoption(request.job(), domain, steps));
  }
}
