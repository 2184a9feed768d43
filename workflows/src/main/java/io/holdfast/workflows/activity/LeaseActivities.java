package io.holdfast.workflows.activity;

import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldPlace;
import io.temporal.activity.ActivityInterface;

/** Taking a resource from the run that holds it. Queue: the host's. */
@ActivityInterface
public interface LeaseActivities {
  /**
   * Lets calls in from {@code lease} on only, waits until older ones have left, and says what is
   * there of the resource. Changes nothing of it. A lease that is old itself fails with
   * STALE_LEASE.
   */
  Findings seize(Lease lease, HeldPlace place);
}
