package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import io.temporal.activity.ActivityInterface;
import org.jspecify.annotations.Nullable;

/**
 * Volumes that live by themselves, as a file {@code <volume>.qcow2} in a pool of one host; the
 * disks that an instance is born with are {@link VolumeActivities}. Queue: the host's.
 */
@ActivityInterface
public interface BlockVolumeActivities {
  /**
   * Makes the volume's file, empty and thin. One that is there whole is adopted; a half made one
   * never has the final name. Fails with STORAGE_FULL, STORAGE_FAILED, NOT_FOUND (no such pool).
   */
  void createVolume(VolumeSpec volume);

  /**
   * Removes the file, a half made one too; none is no error. Fails with GUEST_KEEPS_VOLUME while a
   * domain of this host has it, STORAGE_FAILED.
   */
  void deleteVolume(VolumeId volume, String pool);

  /**
   * Makes the volume as large as {@code volume} says, which the instance's guest sees at once when
   * it runs; one that is as large already is left. Answers with the size read back, in bytes. Fails
   * with NOT_FOUND when there is no such file, DISKS_BUSY when it lies under overlays of a move and
   * while a round reads the guest's disks, LIBVIRT_REFUSED, STORAGE_FULL, STORAGE_FAILED.
   *
   * @param attachedTo the instance that has the volume, or null
   */
  long growVolume(VolumeSpec volume, @Nullable InstanceId attachedTo);

  /** Bytes of the disk inside the file. Fails with NOT_FOUND when there is no such file. */
  long readVolume(VolumeId volume, String pool);
}
