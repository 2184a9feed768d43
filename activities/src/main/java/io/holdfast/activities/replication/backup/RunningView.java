package io.holdfast.activities.replication.backup;

import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Opens views of instances that run: one moment for all disks, in one transaction of QEMU's. */
final class RunningView {
  private RunningView() {}

  static OpenBackup open(
      Domain domain, BackupOrder order, List<SourceDisk> disks, ViewMoment moment)
      throws LibvirtException, IOException {
    RunningBackup.end(domain, order.instance(), disks);
    RunningBackup.delete(domain, order.point().toString(), false); // of a view that died
    RecoveryPointId base = order.base();
    if (base == null) {
      RunningBackup.begin(domain, order, disks, null, moment);
      return view(order, null, disks, moment, ChangeSource.FULL, "first sync");
    }
    if (!RunningBackup.hasCheckpoint(domain, base)) {
      RunningBackup.begin(domain, order, disks, null, moment);
      return view(
          order,
          null,
          disks,
          moment,
          ChangeSource.HASHES,
          "the host has no checkpoint of the base");
    }
    try {
      RunningBackup.begin(domain, order, disks, base, moment);
      return view(order, base, disks, moment, ChangeSource.BITMAP, "dirty bitmap of the base");
    } catch (LibvirtException refused) {
      RunningBackup.end(domain, order.instance(), disks);
      RunningBackup.delete(domain, base.toString(), false);
      RunningBackup.begin(domain, order, disks, null, moment);
      return view(
          order,
          null,
          disks,
          moment,
          ChangeSource.HASHES,
          "the base's bitmap cannot be used: " + refused.getMessage());
    }
  }

  private static OpenBackup view(
      BackupOrder order,
      @Nullable RecoveryPointId bitmap,
      List<SourceDisk> disks,
      ViewMoment moment,
      ChangeSource change,
      String reason)
      throws IOException {
    List<OpenBackup.Disk> all = new ArrayList<>();
    for (SourceDisk disk : disks) {
      long bytes =
          QcowHeader.read(disk.path())
              .orElseThrow(() -> new IOException(disk.file() + " is no qcow2"))
              .virtualSize();
      all.add(new OpenBackup.Disk(disk, bytes, change, reason, null));
    }
    return new OpenBackup(
        order.instance(),
        order.point(),
        UUID.randomUUID(),
        bitmap,
        true,
        all,
        moment.clockMillis(),
        null);
  }
}
