package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.PlacedVolume;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeLocation;
import io.holdfast.workflows.model.VolumeOrder;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * Inventory and reservations of volumes, by the rules of {@link LedgerActivities}: local
 * activities, one transaction each, and each may run twice.
 */
@ActivityInterface
public interface VolumeLedgerActivities {
  /**
   * Chooses a host and a pool and claims the space; a second call answers with the first one's
   * claim. Fails with QUOTA_EXCEEDED, NO_CAPACITY (one line for each refused host), NOT_FOUND.
   */
  PlacedVolume reserveVolume(JobId job, VolumeId volume);

  /** Gives the space back; nothing claimed is no error. */
  void releaseVolume(VolumeId volume);

  void completeCreateVolume(JobId job, VolumeId volume, List<StepUpdate> updates);

  VolumeLocation locateVolume(VolumeId volume);

  /** Releases the claim and removes the volume's row. */
  void completeDeleteVolume(JobId job, VolumeId volume, List<StepUpdate> updates);

  /** Fails with NOT_FOUND when the volume is not there. */
  VolumeOrder volumeOrder(JobId job, VolumeId volume);

  void completeAttachVolume(
      JobId job, VolumeId volume, InstanceId instance, List<StepUpdate> updates);

  void completeDetachVolume(JobId job, VolumeId volume, List<StepUpdate> updates);

  /**
   * Claims what the volume is to grow by, in the pool where it lies. Fails with QUOTA_EXCEEDED,
   * NO_CAPACITY, NOT_FOUND.
   */
  VolumeOrder reserveGrowth(JobId job, VolumeId volume);

  /** Claims no more than the volume has; no growth claimed is no error. */
  void releaseGrowth(VolumeId volume);

  /** Writes the size that a host read, and claims as much. */
  void recordVolumeSize(VolumeId volume, long sizeBytes);

  void completeResizeVolume(JobId job, VolumeId volume, long sizeBytes, List<StepUpdate> updates);
}
