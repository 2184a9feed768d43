package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * The disks of an instance, frozen under overlays while they are copied to another host. Overlays
 * are numbered from 1; number 0 is the disk itself. Queue: that of the instance's host.
 */
@ActivityInterface
public interface OverlayActivities {
  /**
   * Puts overlay {@code number} over each disk of the instance, all in one moment; what the guest
   * writes from then on is in it, and all below is frozen. Overlays that are there are adopted.
   * Number 0 freezes nothing: the instance must be off; overlays of an earlier attempt are merged.
   * Answers with the disks as they are frozen below it. Fails with NOT_FOUND,
   * INSTANCE_MUST_BE_STOPPED (number 0 and it runs), MIGRATION_REFUSED (it is off and the number is
   * not 0), DISKS_BUSY (a round reads the disks), STORAGE_FULL (the pool has no room for what the
   * guest writes meanwhile), LIBVIRT_REFUSED.
   */
  List<FrozenDisk> freezeDisks(InstanceId instance, int number);

  /**
   * Sends what the target lacks of a disk as it is frozen below overlay {@code number}, and returns
   * once the target has said that all of it is durable. Heartbeats carry the last mark and the
   * counts; a repeated call goes on after the last mark. Fails with BACKUP_LOST (it is not frozen
   * there any more), REPLICA_REFUSED when the target's base is another, STREAM_BROKEN (repeated),
   * STORAGE_FULL of the target, or when the overlays have taken more of this host's pool than is
   * left.
   */
  StreamCounts sendFrozenDisk(DiskStream stream, int number);

  /** Bytes that the files of the instance's topmost overlays have; 0 without any. */
  long readOverlays(InstanceId instance);

  /**
   * Merges all overlays into the disks below: under the guest when it runs, in the files when it is
   * off; then the domain has its disks as before, and no overlay is left. A guest that stopped
   * since its disk was full goes on. None is no error; of an instance that is not here neither.
   * Fails with MIGRATION_BUSY while a migration works on it.
   */
  void mergeOverlays(InstanceId instance);
}
