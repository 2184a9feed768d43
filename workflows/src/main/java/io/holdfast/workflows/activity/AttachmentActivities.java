package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import io.temporal.activity.ActivityInterface;

/**
 * Volumes as disks of a domain, looked up by the volume's serial. A domain that runs gets and loses
 * the disk while it runs; the next start finds it so too. Queue: the host's.
 */
@ActivityInterface
public interface AttachmentActivities {
  /**
   * Gives the domain the volume, and reads it back from the domain's description; one that has it
   * is left. Fails with NOT_FOUND (no such domain of ours, no such file), LIBVIRT_REFUSED.
   */
  void attachVolume(InstanceId instance, VolumeSpec volume);

  /**
   * Takes the volume from the domain: asks the guest first, waits until it let go, and only then
   * changes what the next start finds. A domain without the volume, or none, is no error. Fails
   * with GUEST_KEEPS_VOLUME when the guest did not let go within the time, DISKS_BUSY when the
   * volume lies under overlays of a move, since what the guest wrote since is in these, and while a
   * round reads the guest's disks. A round that reads those of a guest that is off loses its view.
   */
  void detachVolume(InstanceId instance, VolumeId volume, int waitSeconds);
}
