package io.holdfast.activities.domain;

import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.AttachmentActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import java.nio.file.Files;
import java.nio.file.Path;

/** See {@link AttachmentActivities}. */
@SuppressWarnings("try") // a lock is held, not used
public final class LibvirtAttachments implements AttachmentActivities {
  private final VolumeDisks disks;
  private final Pools pools;
  private final KeyedLocks locks;

  /** {@code locks}: one lock an instance, shared with its domain's activities. */
  public LibvirtAttachments(VolumeDisks disks, Pools pools, KeyedLocks locks) {
    this.disks = disks;
    this.pools = pools;
    this.locks = locks;
  }

  @Override
  public void attachVolume(InstanceId instance, VolumeSpec volume) {
    Path file = VolumeNames.volume(pools.folder(volume.pool()), volume.id());
    if (!Files.exists(file)) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + file);
    }
    try (KeyedLocks.Held held = locks.lock(instance)) {
      disks.attach(instance, volume.id(), file);
    }
  }

  @Override
  public void detachVolume(InstanceId instance, VolumeId volume, int waitSeconds) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      disks.detach(instance, volume, waitSeconds);
    }
  }
}
