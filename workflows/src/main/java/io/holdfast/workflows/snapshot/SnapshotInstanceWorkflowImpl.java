package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Snapshot: CREATING -> AVAILABLE. Changes the ledger (space in the pool) and one host (files, and
 * for a moment the guest's clock). An unwind leaves no claim and no file, and removes the
 * snapshot's row; the instance is as it was.
 */
public final class SnapshotInstanceWorkflowImpl implements SnapshotInstanceWorkflow {
  private final SnapshotLedgerActivities ledger =
      Profiles.inventory(SnapshotLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> take(saga, request));
  }

  private void take(Saga saga, JobRequest request) {
    SnapshotId id = request.snapshot();
    SnapshotOrder order =
        saga.claim(
            Steps.RESERVE,
            () -> ledger.releaseSnapshot(id),
            () -> ledger.reserveSnapshot(request.job(), id));
    saga.on(order.host());

    TakenSnapshot taken =
        order.snapshot().memory()
            ? withMemory(saga, order.host().id(), order.snapshot())
            : ofDisks(saga, order.host().id(), order.snapshot());
    saga.complete(
        Steps.RECORD_SNAPSHOT, steps -> ledger.completeSnapshot(request.job(), id, taken, steps));
  }

  private static TakenSnapshot ofDisks(Saga saga, HostId host, SnapshotSpec snapshot) {
    return saga.step(
        Steps.TAKE_SNAPSHOT,
        () ->
            Profiles.undo(SnapshotActivities.class, host)
                .deleteSnapshot(snapshot.id(), snapshot.pool()),
        () -> Profiles.storageCopy(SnapshotActivities.class, host).takeSnapshot(snapshot));
  }

  private static TakenSnapshot withMemory(Saga saga, HostId host, SnapshotSpec snapshot) {
    return saga.step(
        Steps.TAKE_SNAPSHOT,
        () -> Profiles.undo(MemoryActivities.class, host).abandonMemory(snapshot),
        () -> Profiles.storageCopy(MemoryActivities.class, host).takeMemory(snapshot));
  }
}
