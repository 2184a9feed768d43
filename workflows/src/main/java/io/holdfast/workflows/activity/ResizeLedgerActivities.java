package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ResizeOrder;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * What an instance's resize does to the ledger, by the rules of {@link LedgerActivities}: local
 * activities, one transaction each, and each may run twice.
 */
@ActivityInterface
public interface ResizeLedgerActivities {
  /**
   * Claims the larger of the old and the new size, in each dimension. Fails with QUOTA_EXCEEDED,
   * NO_CAPACITY (what the host has and what is missing), NOT_FOUND.
   */
  ResizeOrder reserveResize(JobId job, InstanceId instance);

  /** Claims no more than the instance has; nothing more claimed is no error. */
  void releaseResize(InstanceId instance);

  /** Writes, and claims, what a guest kept of a growth that was taken back. */
  void keepSize(JobId job, InstanceId instance, ComputeSize kept);

  /** Writes the new size and claims no more than that. */
  void completeResize(JobId job, InstanceId instance, PowerState power, List<StepUpdate> updates);
}
