package io.holdfast.workflows.snapshot;

import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DomainStatus;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Instance: STOPPED -> STOPPED, or ACTIVE -> ACTIVE with a restart in between when the caller said
 * so, with the disks of the snapshot. Changes one host. What the disks were is kept until the
 * restored ones are in place and the guest has started; an unwind before that puts it back.
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
    InstanceId id = snapshot.instance();
    HostId host = order.host().id();
    SnapshotActivities undoDisks = Profiles.undo(SnapshotActivities.class, host);
    DomainActivities domains = Profiles.libvirtShort(DomainActivities.class, host);
    DomainActivities undoDomains = Profiles.undo(DomainActivities.class, host);
    saga.on(order.host());

    boolean ran =
        saga.stepWithoutUndo(Steps.READ_POWER, () -> runs(domains.readDomain(id))); // only reads
    if (ran) {
      requireRestart(order);
      saga.step(
          Steps.STOP_DOMAIN,
          () -> undoDomains.startDomain(id),
          () -> domains.stopDomain(id, PULL_THE_PLUG));
    } else {
      saga.skip(Steps.STOP_DOMAIN, "it is off");
    }
    saga.step(
        Steps.RESTORE_DISKS,
        () -> undoDisks.returnDisks(snapshot),
        () -> Profiles.storageCopy(SnapshotActivities.class, host).restoreDisks(snapshot));
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
    saga.stepForGood(
        Steps.DROP_REPLACED,
        () -> Profiles.libvirtShort(SnapshotActivities.class, host).dropReplacedDisks(snapshot));
    PowerState found = power;
    saga.complete(
        Steps.RECORD_RESTORE,
        steps -> ledger.completeRestore(request.job(), request.snapshot(), found, steps));
  }

  /** The engine asked before; somebody may have started the instance since. */
  private static void requireRestart(SnapshotOrder order) {
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
