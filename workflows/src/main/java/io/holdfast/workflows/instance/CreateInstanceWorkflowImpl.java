package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.Functions.Func;
import java.util.List;

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
    Undo release = new Undo(Steps.RESERVE, Undo.Kind.RELEASES, () -> ledger.release(id));
    Func<Placement> reserve = () -> ledger.reserve(request.job(), id);
    Building lost = Building.ofLostRun(saga, null, reserve, List.of(release));

    Placement placement = saga.claim(Steps.RESERVE, release.action(), reserve);

    Building building = lost == null ? new Building(saga, placement) : lost;
    ImageOnHost image = new ImageOnHost(ledger, placement);
    saga.on(placement.host());

    if (placement.imageOnHost()) {
      saga.skip(Steps.PLACE_IMAGE, "already on " + placement.host().name());
    } else {
      saga.stepWithoutUndo(Steps.PLACE_IMAGE, image::place);
    }
    building.steps(() -> image.placedFor(building::build));
    GuestReport guest = building.awaitGuest();
    saga.complete(Steps.ACTIVATE, steps -> ledger.completeCreate(request.job(), id, guest, steps));
  }
}
