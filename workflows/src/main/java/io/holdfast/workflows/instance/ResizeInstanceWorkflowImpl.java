package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.time.Duration;

/**
 * Instance: STOPPED -> STOPPED, or ACTIVE -> ACTIVE with a restart in between when the caller said
 * so. Changes the ledger (the larger size is claimed first, the smaller one given back last) and
 * one domain. An unwind leaves the instance in its old size, running if it ran.
 */
public final class ResizeInstanceWorkflowImpl implements ResizeInstanceWorkflow {
  private static final int PULL_THE_PLUG = 0;

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
    DomainActivities domains = Profiles.libvirtShort(DomainActivities.class, host);
    DomainActivities undoDomains = Profiles.undo(DomainActivities.class, host);
    saga.on(order.host());

    boolean ran =
        saga.stepWithoutUndo(Steps.READ_POWER, () -> runs(domains.readDomain(id))); // only reads
    if (ran) {
      requireRestart(order);
      saga.step(Steps.STOP_DOMAIN, () -> undoDomains.startDomain(id), () -> stop(order, host));
    } else {
      saga.skip(Steps.STOP_DOMAIN, "it is off");
    }
    saga.step(
        Steps.RESIZE_DOMAIN,
        () -> undoSizes.resizeDomain(id, order.before()),
        () -> sizes.resizeDomain(id, order.wanted()));
    PowerState power = PowerState.SHUTOFF;
    if (ran) {
      power =
          saga.<DomainStatus>step(
                  Steps.START_DOMAIN,
                  () -> undoDomains.stopDomain(id, PULL_THE_PLUG),
                  () -> domains.startDomain(id))
              .state();
    } else {
      saga.skip(Steps.START_DOMAIN, "it was off");
    }
    PowerState found = power;
    saga.complete(
        Steps.RECORD_SIZE, steps -> ledger.completeResize(request.job(), id, found, steps));
  }

  private static void stop(ResizeOrder order, HostId host) {
    Duration patience = Duration.ofSeconds(order.graceSeconds() + 60L);
    Profiles.libvirtLong(DomainActivities.class, host, patience)
        .stopDomain(order.instance(), order.graceSeconds());
  }

  /** The engine asked before; somebody may have started the instance since. */
  private static void requireRestart(ResizeOrder order) {
    if (!order.restart()) {
      throw Failures.of(
          FailureType.INSTANCE_MUST_BE_STOPPED,
          "The instance runs; stop it first, or say \"restart\": true");
    }
  }

  private static boolean runs(DomainStatus status) {
    return switch (status.state()) {
      case RUNNING, PAUSED -> true;
      case SHUTOFF, CRASHED, MISSING, UNKNOWN -> false;
    };
  }
}
