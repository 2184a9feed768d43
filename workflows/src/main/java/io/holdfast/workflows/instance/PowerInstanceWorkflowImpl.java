package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.time.Duration;

/**
 * Instance: ACTIVE <-> STOPPED. Changes the domain's power alone. A power change that failed
 * half-way is not turned back, because nobody can un-stop a guest; the host is asked and the truth
 * recorded, and the job is FAILED and not undone.
 */
public final class PowerInstanceWorkflowImpl implements PowerInstanceWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> change(saga, request));
  }

  private void change(Saga saga, JobRequest request) {
    InstanceId id = request.instance();
    PowerOrder order = ledger.powerOrder(request.job(), id);
    HostRef host = order.location().host();
    if (host == null) {
      throw Failures.of(FailureType.NOT_FOUND, "The instance has no host to change its power on");
    }
    Duration patience = Duration.ofSeconds(order.graceSeconds() + 60L);
    DomainActivities domains = Profiles.libvirtLong(DomainActivities.class, host.id(), patience);
    DomainActivities undoDomains = Profiles.undo(DomainActivities.class, host.id());
    saga.on(host);

    DomainStatus status =
        saga.stepForGood(
            Steps.CHANGE_POWER,
            () -> ledger.recordPower(id, undoDomains.readDomain(id).state()),
            () ->
                switch (order.action()) {
                  case START -> domains.startDomain(id);
                  case STOP -> domains.stopDomain(id, order.graceSeconds());
                  case SHUT_DOWN -> domains.shutDownDomain(id, order.graceSeconds());
                  case REBOOT -> domains.rebootDomain(id, order.graceSeconds());
                });
    saga.complete(
        Steps.RECORD_POWER,
        steps -> ledger.completePower(request.job(), id, status.state(), steps));
  }
}
