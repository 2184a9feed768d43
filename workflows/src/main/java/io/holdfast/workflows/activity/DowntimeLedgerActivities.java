package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.temporal.activity.ActivityInterface;

/**
 * What the ledger keeps of guests that jobs stop and start again, by the rules of {@link
 * LedgerActivities}: local activities, one transaction each, and each may run twice.
 */
@ActivityInterface
public interface DowntimeLedgerActivities {
  /** Before a job stops a guest that it starts again later. */
  void noteStopped(JobId job, InstanceId instance);

  /** True when the job, or an earlier run of it that was lost, has stopped the instance's guest. */
  boolean hasStopped(JobId job, InstanceId instance);
}
