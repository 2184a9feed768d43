package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.StreamCounts;
import io.temporal.activity.ActivityInterface;

/** The source's side of a recovery point. Queue: that of the instance's host. */
@ActivityInterface
public interface BackupActivities {
  /**
   * Has the guest stand still until {@link #releaseGuest}, so that views of several instances are
   * of one moment; 20 s at most, and it goes on whatever dies. A view that is open is closed first,
   * as its moment is another one. False when there is nothing to hold: the guest is off or paused.
   * Fails with NOT_FOUND, SNAPSHOT_UNSUPPORTED (APPLICATION, and the guest's agent does not freeze
   * its file systems), DISKS_BUSY (a move has the disks under its overlays, or another call works
   * on the instance for longer than a second), LIBVIRT_REFUSED, LIBVIRT_UNAVAILABLE.
   */
  boolean holdGuest(BackupOrder order, Consistency consistency);

  /**
   * Has the guest go on; answers for how many milliseconds it stood still. Fails with BACKUP_LOST
   * when it went on before, as it does after a call that succeeded, and with DISKS_BUSY when
   * another call works on the instance: it goes on all the same, within a second.
   */
  long releaseGuest(InstanceId instance);

  /**
   * Opens a view of all disks of the instance as of one moment, with a checkpoint named after the
   * point. One that is open for the same point is adopted, so that a repeated call shows the same
   * moment; one of another point is closed first, as its round is over. Says when the moment was,
   * by clocks of its own host alone. Fails with NOT_FOUND when there is no such instance, or the
   * host was told that another one takes over from it, DISKS_BUSY (a move has its disks, or another
   * call works on it), LIBVIRT_REFUSED, LIBVIRT_UNAVAILABLE.
   */
  OpenedBackup openBackup(BackupOrder order);

  /**
   * Sends what the target lacks and returns once the target has said that all of it is durable.
   * Heartbeats carry the last mark and the counts; a repeated call goes on after the last mark.
   * Fails with BACKUP_LOST when the view is not open any more (QEMU died), REPLICA_REFUSED when the
   * target's base is another, STREAM_BROKEN (repeated), STORAGE_FULL of the target.
   */
  StreamCounts sendDisk(DiskStream stream);

  /**
   * Closes the view. The point's checkpoint stays when {@code sealed}, and those of older points
   * go; otherwise it goes itself. A guest that is held goes on. Nothing open is no error. Nothing
   * is written to disks that are off, and of which another instance takes over. From a view of
   * another point, which is that of the group where the instance is now, nothing is taken. Fails
   * with DISKS_BUSY when another call works on the instance.
   */
  void closeBackup(BackupOrder order, boolean sealed);
}
