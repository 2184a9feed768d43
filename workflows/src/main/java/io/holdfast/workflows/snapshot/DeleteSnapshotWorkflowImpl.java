package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Snapshot: AVAILABLE -> DELETING -> gone. What is deleted cannot come back, so a delete that
 * failed is run again, and takes "already gone" for done.
 */
public final class DeleteSnapshotWorkflowImpl implements DeleteSnapshotWorkflow {
  private final SnapshotLedgerActivities ledger =
      Profiles.inventory(SnapshotLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    SnapshotId id = request.snapshot();
    SnapshotOrder order = ledger.snapshotOrder(request.job(), id);
    SnapshotActivities snapshots =
        Profiles.libvirtShort(SnapshotActivities.class, order.host().id());
    saga.on(order.host());

    saga.stepForGood(
        Steps.DELETE_SNAPSHOT, () -> snapshots.deleteSnapshot(id, order.snapshot().pool()));
    saga.complete(Steps.RELEASE, steps -> ledger.completeDeleteSnapshot(request.job(), id, steps));
  }
}
