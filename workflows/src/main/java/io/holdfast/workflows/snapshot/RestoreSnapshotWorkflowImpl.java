package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.WokenGuest;
import io.holdfast.workflows.power.Downtime;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Instance: STOPPED -> STOPPED, or ACTIVE -> ACTIVE with a restart in between when the caller said
 * so, with the disks of the snapshot. With the snapshot's memory it is ACTIVE afterwards, and its
 * guest goes on where it was; whether it can is asked before anything is touched. Changes one host.
 * What the disks were is kept until the restored ones are in place and the guest has started; an
 * unwind before that puts it back.
 */
public final class RestoreSnapshotWorkflowImpl implements RestoreSnapshotWorkflow {
  private static final int PULL_THE_PLUG = 0; // what the guest would still write is thrown away

  private final SnapshotLedgerActivities ledger =
      Profiles.inventory(SnapshotLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> restore(saga, request));
  }

  private void restore(Saga saga, JobRequest request) {
    SnapshotOrder order = ledger.snapshotOrder(request.job(), request.snapshot());
    SnapshotSpec snapshot = order.snapshot();
    HostId host = order.host().id();
    SnapshotActivities undoDisks = Profiles.undo(SnapshotActivities.class, host);
    Downtime downtime = new Downtime(saga, request.job(), host, snapshot.instance());
    saga.on(order.host());

    if (order.memory()) {
      saga.stepWithoutUndo(
          Steps.CHECK_MEMORY, // which only reads
          () -> Profiles.libvirtShort(MemoryActivities.class, host).checkMemory(snapshot));
    }
    downtime.begin(order.restart(), PULL_THE_PLUG);
    saga.step(
        Steps.RESTORE_DISKS,
        () -> undoDisks.returnDisks(snapshot),
        () -> Profiles.storageCopy(SnapshotActivities.class, host).restoreDisks(snapshot));
    PowerState power =
        order.memory() ? downtime.end(() -> wake(saga, host, snapshot)) : downtime.end();
    saga.stepForGood(
        Steps.DROP_REPLACED,
        () -> Profiles.libvirtShort(SnapshotActivities.class, host).dropReplacedDisks(snapshot));
    saga.complete(
        Steps.RECORD_RESTORE,
        steps -> ledger.completeRestore(request.job(), request.snapshot(), power, steps));
  }

  private static DomainStatus wake(Saga saga, HostId host, SnapshotSpec snapshot) {
    WokenGuest woken = Profiles.storageCopy(MemoryActivities.class, host).wakeGuest(snapshot);
    saga.detail(
        woken.clockSet()
            ? "goes on where it was, its clock is set"
            : "goes on where it was; no agent has set its clock");
    return woken.status();
  }
}
