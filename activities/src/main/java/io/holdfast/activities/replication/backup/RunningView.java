package io.holdfast.activities.replication.backup;

import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
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
      begin(domain, order, disks, moment);
      return view(order, null, disks, moment, disk -> ChangeSource.FULL, disk -> "first sync");
    }
    List<SourceDisk> counted = RunningBackup.counted(domain, base, disks);
    String uncounted = "the host has no checkpoint of the base";
    if (counted.isEmpty()) {
      begin(domain, order, disks, moment);
      return view(order, null, disks, moment, disk -> ChangeSource.HASHES, disk -> uncounted);
    }
    try {
      RunningBackup.begin(domain, order, disks, counted, base, moment);
      return view(
          order,
          base,
          disks,
          moment,
          disk -> counted.contains(disk) ? ChangeSource.BITMAP : ChangeSource.HASHES,
          disk -> counted.contains(disk) ? "dirty bitmap of the base" : uncounted);
    } catch (LibvirtException refused) {
      RunningBackup.end(domain, order.instance(), disks);
      RunningBackup.delete(domain, base.toString(), false);
      begin(domain, order, disks, moment);
      String why = "the base's bitmap cannot be used: " + refused.getMessage();
      return view(order, null, disks, moment, disk -> ChangeSource.HASHES, disk -> why);
    }
  }

  /** One that shows no changes. */
  private static void begin(
      Domain domain, BackupOrder order, List<SourceDisk> disks, ViewMoment moment)
      throws LibvirtException {
    RunningBackup.begin(domain, order, disks, List.of(), null, moment);
  }

  private static OpenBackup view(
      BackupOrder order,
      @Nullable RecoveryPointId bitmap,
      List<SourceDisk> disks,
      ViewMoment moment,
      Function<SourceDisk, ChangeSource> change,
      Function<SourceDisk, String> reason)
      throws IOException {
    List<OpenBackup.Disk> all = new ArrayList<>();
    for (SourceDisk disk : disks) {
      long bytes =
          QcowHeader.read(disk.path())
              .orElseThrow(() -> new IOException(disk.file() + " is no qcow2"))
              .virtualSize();
      all.add(new OpenBackup.Disk(disk, bytes, change.apply(disk), reason.apply(disk), null));
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
