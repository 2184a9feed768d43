package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Makes a {@link RestoredInstance} of what a snapshot has; the snapshot and the instance that it
 * was taken of are only read.
 */
public final class CloneSnapshotWorkflowImpl implements CloneSnapshotWorkflow {
  private final RestoredInstance instance = new RestoredInstance();
  private final SnapshotLedgerActivities snapshots =
      Profiles.inventory(SnapshotLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(
        request, saga -> instance.make(saga, request, Steps.CLONE_DISKS, b -> disks(b, request)));
  }

  private long disks(Building building, JobRequest request) {
    return building.cloneSnapshot(snapshots.snapshotClones(request.job(), request.instance()));
  }
}
