package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainSizeActivities;
import io.holdfast.workflows.activity.ResizeLedgerActivities;
import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GrownDomain;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.power.Downtime;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.time.Duration;

/**
 * Instance: STOPPED -> STOPPED, or ACTIVE -> ACTIVE: as it runs when it only grows and was started
 * with room for that, with a restart in between when the caller said so. Changes the ledger (the
 * larger size is claimed first, the smaller one given back last) and one domain. An unwind leaves
 * the instance in its old size, running if it ran; a guest that does not let go of what it was
 * given keeps it, in the ledger as well, and the job says so.
 */
public final class ResizeInstanceWorkflowImpl implements ResizeInstanceWorkflow {
  /** For a guest to take in what it was given, or to let go of it. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    Downtime downtime = new Downtime(saga, request.job(), order.host().id(), id);
    saga.on(order.host());

    boolean live =
        downtime.beginUnlessLive(order.restartFor(), order.restart(), order.graceSeconds());
    PowerState power = live ? grow(saga, request, order) : change(saga, downtime, order);
    saga.complete(
        Steps.RECORD_SIZE, steps -> ledger.completeResize(request.job(), id, power, steps));
  }

  private PowerState grow(Saga saga, JobRequest request, ResizeOrder order) {
    InstanceId id = order.instance();
    HostId host = order.host().id();
    GrownDomain grown =
        saga.step(
            Steps.RESIZE_DOMAIN,
            () -> takeBack(request, order),
            () -> {
              GrownDomain there =
                  Profiles.libvirtLong(DomainSizeActivities.class, host, PATIENCE)
                      .growDomain(id, order.wanted());
              saga.detail(what(there));
              return there;
            });
    saga.skip(Steps.START_DOMAIN, "it ran on");
    return grown.power();
  }

  private static String what(GrownDomain grown) {
    return grown.guestVcpus() == null
        ? "given as it runs; no agent says what the guest uses of it"
        : "given as it runs; the guest uses %d processors%s"
            .formatted(
                grown.guestVcpus(),
                grown.guestMemoryMiB() == null
                    ? ""
                    : " and %d MiB".formatted(grown.guestMemoryMiB()));
  }

  /** The undo of a growth: what the guest keeps stays its own. */
  private void takeBack(JobRequest request, ResizeOrder order) {
    ComputeSize kept =
        Profiles.undo(DomainSizeActivities.class, order.host().id())
            .shrinkDomain(order.instance(), order.before());
    if (!kept.equals(order.before())) {
      ledger.keepSize(request.job(), order.instance(), kept);
      throw Saga.doneForGood(
          "the guest keeps %d processors and %d MiB".formatted(kept.vcpus(), kept.memoryMiB()));
    }
  }

  private static PowerState change(Saga saga, Downtime downtime, ResizeOrder order) {
    InstanceId id = order.instance();
    HostId host = order.host().id();
    DomainSizeActivities sizes = Profiles.libvirtShort(DomainSizeActivities.class, host);
    DomainSizeActivities undoSizes = Profiles.undo(DomainSizeActivities.class, host);
    saga.step(
        Steps.RESIZE_DOMAIN,
        () -> undoSizes.resizeDomain(id, order.before(), order.limitBefore()),
        () -> sizes.resizeDomain(id, order.wanted(), order.limit()));
    return downtime.end();
  }
}
