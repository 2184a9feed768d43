package io.holdfast.workflows.power;

import io.holdfast.workflows.activity.DowntimeLedgerActivities;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.workflow.Workflow;

/**
 * A guest that a job stops and starts again. That it ran is kept in the ledger: a run that follows
 * a lost one finds the guest off, and starts it all the same.
 */
public final class StoppedGuest {
  private final DowntimeLedgerActivities ledger =
      Profiles.inventory(DowntimeLedgerActivities.class);
  private final JobId job;
  private final InstanceId instance;

  /** Runs that began before it was kept do without. */
  private final boolean kept =
      Workflow.getVersion("stopped-guest", Workflow.DEFAULT_VERSION, 1) != Workflow.DEFAULT_VERSION;

  public StoppedGuest(JobId job, InstanceId instance) {
    this.job = job;
    this.instance = instance;
  }

  /** Before it is stopped. */
  public void note() {
    if (kept) {
      ledger.noteStopped(job, instance);
    }
  }

  /** Whether the job found the guest running; {@code runs}: as it is now. */
  public boolean ran(boolean runs) {
    return runs || (kept && ledger.hasStopped(job, instance));
  }
}
