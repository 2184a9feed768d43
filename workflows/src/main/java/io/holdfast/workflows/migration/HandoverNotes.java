package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.workflow.Workflow;

/**
 * What the ledger is told of a handover before it may have happened, so that the run that follows a
 * lost one knows what to ask.
 */
final class HandoverNotes {
  private final MigrationLedgerActivities ledger =
      Profiles.inventory(MigrationLedgerActivities.class);

  private final JobId job;
  private final InstanceId instance;

  /** It is the source's since the last handover began: what is at the target is none of it. */
  private boolean takenBack;

  /** The ledger says that a handover is going on. */
  private boolean noted;

  HandoverNotes(MigrationOrder order) {
    job = order.instance().job();
    instance = order.instance().id();
    takenBack = order.stage() == MigrationStage.TAKEN_BACK;
    noted = order.stage() == MigrationStage.HANDING_OVER;
  }

  boolean isTakenBack() {
    return takenBack;
  }

  /** Of a guest that runs; each try is noted by itself, see {@link #note}. */
  void begin() {
    if (isNoted() && !knowsTakingBack()) {
      ledger.beginHandover(job, instance);
    }
  }

  void beginStopped() {
    if (isNoted()) {
      note();
    }
  }

  void beginTry() {
    if (knowsTakingBack()) {
      note();
    }
  }

  /** From now on what arrives is the newest. */
  void note() {
    ledger.beginHandover(job, instance);
    noted = true;
    takenBack = false;
  }

  /** See {@link Handover#takeBack}. */
  void takeBack() {
    if (!knowsTakingBack()) {
      return;
    }
    if (noted) {
      ledger.takeBackHandover(job, instance);
      noted = false;
    }
    takenBack = true;
  }

  /** Runs that began before the handover was noted go by what they had then. */
  static boolean isNoted() {
    return Workflow.getVersion("handover-noted", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** Runs that began before it was known take what has arrived for the newest. */
  static boolean knowsTakingBack() {
    return Workflow.getVersion("handover-taken-back", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }
}
