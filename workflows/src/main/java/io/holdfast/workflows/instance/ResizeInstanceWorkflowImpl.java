package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.power.Downtime;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Instance: STOPPED -> STOPPED, or ACTIVE -> ACTIVE with a restart in between when the caller said
 * so. Changes the ledger (the larger size is claimed first, the smaller one given back last) and
 * one domain. An unwind leaves the instance in its old size, running if it ran.
 */
public final class ResizeInstanceWorkflowImpl implements ResizeInstanceWorkflow {
  private final ResizeLedgerActivities ledger = Profiles.inventory(ResizeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> resize(saga, request));
  }

  private void resize(Saga saga, JobRequest request) {
    InstanceId id = request.instance();
    ResizeOrder order =
        saga.claim(
            Steps.RESERVE,
            () -> ledger.releaseResize(id),
            () -> ledger.reserveResize(request.job(), id));
    HostId host = order.host().id();
    DomainSizeActivities sizes = Profiles.libvirtShort(DomainSizeActivities.class, host);
    DomainSizeActivities undoSizes = Profiles.undo(DomainSizeActivities.class, host);
    Downtime downtime = new Downtime(saga, host, id);
    saga.on(order.host());

    downtime.begin(order.restart(), order.graceSeconds());
    saga.step(
        Steps.RESIZE_DOMAIN,
        () -> undoSizes.resizeDomain(id, order.before()),
        () -> sizes.resizeDomain(id, order.wanted()));
    PowerState power = downtime.end();
    saga.complete(
        Steps.RECORD_SIZE, steps -> ledger.completeResize(request.job(), id, power, steps));
  }
}
