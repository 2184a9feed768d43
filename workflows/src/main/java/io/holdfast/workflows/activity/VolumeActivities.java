package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.temporal.activity.ActivityInterface;

/** The volumes of an instance on its host. Queue: the host's. */
@ActivityInterface
public interface VolumeActivities {
  /**
   * Makes every disk and the NoCloud seed, named {@code <instance>-<disk>.qcow2} and {@code
   * <instance>-seed.iso}, in the instance's pool. A volume that is there whole is adopted; a half
   * made one never has the final name.
   *
   * <p>Of an instance without an image all disks must be there.
   *
   * <p>Fails with IMAGE_NOT_ON_HOST, NOT_FOUND, STORAGE_FULL, STORAGE_FAILED.
   */
  void createVolumes(InstanceSpec instance);

  /**
   * Removes every volume of the instance, half made ones too; none is no error. Fails with
   * INSTANCE_MUST_BE_STOPPED while a domain of the instance is not off.
   */
  void deleteVolumes(InstanceId instance, String pool);
}
