package io.holdfast.activities.replication.backup;

import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Closes views of a domain of ours, and removes checkpoints that nobody wants. */
final class BackupClosing {
  /** A point's name: checkpoints and bitmaps of others are left alone. */
  private static final Pattern POINT =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private BackupClosing() {}

  /** Ends a view of a running instance, and its checkpoint: another moment is to come. */
  static boolean endView(Domain domain, BackupOrder order) throws LibvirtException {
    if (domain.isActive() != 1) {
      return false;
    }
    RunningBackup.end(
        domain, order.instance(), SourceDisk.inRound(domain.getXMLDesc(0), order.instance()));
    RunningBackup.delete(domain, order.point().toString(), false);
    return true;
  }

  /**
   * Ends a view, and removes what nobody wants of its checkpoints.
   *
   * @param writes false when the disks are evidence: when they were written to last tells whether
   *     their guest ran beside the one that has taken over
   */
  static boolean close(Domain domain, BackupOrder order, boolean sealed, boolean writes)
      throws LibvirtException {
    List<SourceDisk> disks = SourceDisk.inRound(domain.getXMLDesc(0), order.instance());
    boolean active = domain.isActive() == 1;
    if (active) {
      RunningBackup.end(domain, order.instance(), disks);
    } else {
      RunningBackup.clear(order.instance(), disks);
    }
    String kept = order.point().toString();
    for (String name : domain.checkpointListNames()) {
      if (POINT.matcher(name).matches() && name.equals(kept) != sealed) {
        RunningBackup.delete(domain, name, !active);
      }
    }
    if (!active && writes) {
      try {
        StoppedView.close(disks, order.point(), sealed, POINT);
      } catch (IOException storage) {
        throw FailureMapping.typed(storage);
      }
    }
    return true;
  }

  /**
   * Removes the point's checkpoint beside a view that another round reads. That of a domain that is
   * off stays: its files, which bitmaps are in, are what that round reads.
   */
  static boolean leave(Domain domain, RecoveryPointId point) throws LibvirtException {
    if (domain.isActive() == 1) {
      RunningBackup.deleteBeside(domain, point);
    }
    return true;
  }

  /** All checkpoints of ours, as libvirt notes them. */
  static boolean forgetAll(Domain domain) throws LibvirtException {
    for (String name : domain.checkpointListNames()) {
      if (POINT.matcher(name).matches()) {
        RunningBackup.delete(domain, name, true);
      }
    }
    return true;
  }
}
