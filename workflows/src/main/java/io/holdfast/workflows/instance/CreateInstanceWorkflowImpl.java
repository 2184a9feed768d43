package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.GuestActivities;
import io.holdfast.workflows.activity.InstanceActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.NetworkActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.model.GuestReadiness;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.holdfast.workflows.saga.Undo;
import java.time.Duration;

/**
 * Instance: PROVISIONING -> ACTIVE. Changes the ledger (capacity, addresses) and one host (volumes,
 * networks, a domain). An unwind leaves no claim, no file, no domain, and removes the instance's
 * row; the image's copy on the host stays, since other instances share it.
 */
public final class CreateInstanceWorkflowImpl implements CreateInstanceWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> create(saga, request));
  }

  private void create(Saga saga, JobRequest request) {
    InstanceId id = request.instance();

    Placement placement =
        saga.claim(
            Steps.RESERVE, () -> ledger.release(id), () -> ledger.reserve(request.job(), id));

    HostId host = placement.host().id();
    InstanceSpec instance = placement.instance();
    ImageOnHost image = new ImageOnHost(ledger, host, instance);
    InstanceActivities instances = Profiles.build(InstanceActivities.class, host);
    VolumeActivities volumes = Profiles.undo(VolumeActivities.class, host);
    NetworkActivities networks = Profiles.undo(NetworkActivities.class, host);
    DomainActivities domains = Profiles.undo(DomainActivities.class, host);
    saga.on(placement.host());

    if (placement.imageOnHost()) {
      saga.skip(Steps.PLACE_IMAGE, "already on " + placement.host().name());
    } else {
      saga.stepWithoutUndo(Steps.PLACE_IMAGE, image::place);
    }
    saga.steps(
        () -> image.placedFor(() -> instances.buildInstance(instance)),
        new Undo(Steps.CREATE_VOLUMES, () -> volumes.deleteVolumes(id, instance.pool())),
        new Undo(Steps.CONNECT_PORTS, () -> networks.disconnectPorts(id, instance.ports())),
        new Undo(Steps.DEFINE_DOMAIN, () -> domains.undefineDomain(id)),
        new Undo(Steps.START_DOMAIN, () -> domains.stopDomain(id, 0)));
    GuestReport guest = awaitGuest(saga, host, instance);
    saga.complete(Steps.ACTIVATE, steps -> ledger.completeCreate(request.job(), id, guest, steps));
  }

  /** Only reads. A guest that gives no sign of life is not waited for: its start is the proof. */
  private static GuestReport awaitGuest(Saga saga, HostId host, InstanceSpec instance) {
    if (instance.readiness() == GuestReadiness.NONE) {
      saga.skip(Steps.AWAIT_GUEST, "the image promises no sign of life (readiness NONE)");
      return GuestReport.NONE;
    }
    Duration patience = Duration.ofSeconds(instance.guestTimeoutSeconds());
    GuestActivities guests = Profiles.probe(GuestActivities.class, host, patience);
    return saga.stepWithoutUndo(
        Steps.AWAIT_GUEST, () -> guests.awaitGuest(instance), new Skip<>(() -> GuestReport.NONE));
  }
}
