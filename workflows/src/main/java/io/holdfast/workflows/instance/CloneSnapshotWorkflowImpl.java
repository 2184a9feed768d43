package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Instance: PROVISIONING -> ACTIVE, its disks being what a snapshot has. Changes the same as a
 * creation; the snapshot and the instance that it was taken of are only read. An unwind leaves no
 * claim, no file, no domain, and removes the new instance's row.
 */
public final class CloneSnapshotWorkflowImpl implements CloneSnapshotWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final SnapshotLedgerActivities snapshots =
      Profiles.inventory(SnapshotLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> cloneDisks(saga, request));
  }

  private void cloneDisks(Saga saga, JobRequest request) {
    InstanceId id = request.instance();

    Placement placement =
        saga.claim(
            Steps.RESERVE, () -> ledger.release(id), () -> ledger.reserve(request.job(), id));

    Building building = new Building(saga, placement);
    saga.on(placement.host());
    saga.step(
        Steps.CLONE_DISKS,
        building::deleteVolumes,
        () -> building.cloneSnapshot(snapshots.snapshotClones(request.job(), id)));
    building.steps(building::build);
    GuestReport guest = building.awaitGuest();
    saga.complete(Steps.ACTIVATE, steps -> ledger.completeCreate(request.job(), id, guest, steps));
  }
}
