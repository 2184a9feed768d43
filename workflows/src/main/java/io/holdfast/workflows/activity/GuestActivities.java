package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceSpec;
import io.temporal.activity.ActivityInterface;

/** Waiting for guests. Queue: the host's wait queue. */
@ActivityInterface
public interface GuestActivities {
  /**
   * Waits until the guest answers in the way that its image asks, at most {@code
   * guestTimeoutSeconds} from this call. Only reads. Fails with GUEST_NOT_READY, saying what was
   * seen last.
   */
  GuestReport awaitGuest(InstanceSpec instance);
}
