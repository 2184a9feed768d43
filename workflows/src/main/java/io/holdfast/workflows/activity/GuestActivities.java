package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.temporal.activity.ActivityInterface;

/** Waiting for guests and reading what they print. Queue: the host's wait queue. */
@ActivityInterface
public interface GuestActivities {
  /**
   * Waits until the guest answers in the way that its image asks, at most {@code
   * guestTimeoutSeconds} from this call. Only reads. Fails with GUEST_NOT_READY, saying what was
   * seen last.
   */
  GuestReport awaitGuest(InstanceSpec instance);

  /**
   * At most so many bytes of the end of the serial console's log, as the guest wrote them; none
   * when there is no log. Fails with STORAGE_FAILED.
   */
  byte[] readConsole(InstanceId instance, int bytes);

  /**
   * A picture of the guest's first screen: a PNG in base64, of some KiB, at most 256. Only reads.
   * Fails with LIBVIRT_REFUSED when the guest has no video card, with NOT_FOUND when it is gone.
   */
  String readScreen(InstanceId instance);
}
