package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.saga.Profiles;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Functions.Func;

/**
 * Overlays that a move has left over an instance's volumes when it ended without merging them: what
 * the guest wrote since is in them. No move can be under way, since the job has the instance.
 *
 * @param host that has the instance
 */
record LeftOverlays(HostId host, InstanceId instance) {
  /** The call once more when a volume lies under overlays, which go into the disks first. */
  <T> T mergedBefore(Func<T> call) {
    try {
      return call.apply();
    } catch (ActivityFailure refused) {
      if (Failures.typeOf(refused) != FailureType.DISKS_BUSY) {
        throw refused;
      }
      Profiles.move(OverlayActivities.class, host).mergeOverlays(instance);
      return call.apply();
    }
  }
}
