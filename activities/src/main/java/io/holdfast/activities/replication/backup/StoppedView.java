package io.holdfast.activities.replication.backup;

import io.holdfast.activities.qemu.DiskBitmaps;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens views of instances that are off: their files, for as long as nobody writes to them. Marks
 * tell whether somebody did: a guest may be started and stopped again while nothing reads them.
 */
final class StoppedView {
  private static final Logger LOG = LoggerFactory.getLogger(StoppedView.class);

  private StoppedView() {}

  static OpenBackup open(
      Domain domain, BackupOrder order, List<SourceDisk> disks, ViewMoment moment)
      throws IOException {
    moment.comes();
    RecoveryPointId base = order.base();
    List<OpenBackup.Disk> all = new ArrayList<>();
    for (SourceDisk disk : disks) {
      Map<String, Boolean> bitmaps = DiskBitmaps.bitmaps(disk.path());
      ChangeSource change = ChangeSource.FULL;
      String reason = "first sync";
      if (base != null) {
        Boolean consistent = bitmaps.get(base.toString());
        change = Boolean.TRUE.equals(consistent) ? ChangeSource.BITMAP : ChangeSource.HASHES;
        reason =
            consistent == null
                ? "the disk has no bitmap of the base"
                : consistent ? "dirty bitmap of the base" : "the base's bitmap is inconsistent";
      }
      long bytes =
          QcowHeader.read(disk.path())
              .orElseThrow(() -> new IOException(disk.file() + " is no qcow2"))
              .virtualSize();
      DiskBitmaps.add(disk.path(), order.point().toString());
      FileMark mark = FileMark.of(disk.path()).orElseThrow(); // after the last write of ours
      all.add(new OpenBackup.Disk(disk, bytes, change, reason, mark));
    }
    tell(domain, order.point(), disks);
    return new OpenBackup(
        order.instance(),
        order.point(),
        UUID.randomUUID(),
        base,
        false,
        all,
        moment.clockMillis(),
        null);
  }

  /** Without libvirt's note the next round of the running instance compares by hash. */
  private static void tell(Domain domain, RecoveryPointId point, List<SourceDisk> disks) {
    try {
      if (!RunningBackup.hasCheckpoint(domain, point)) {
        RunningBackup.redefine(domain, point, disks);
      }
    } catch (LibvirtException refused) {
      LOG.warn("libvirt takes no note of checkpoint {}: {}", point, refused.getMessage());
    }
  }

  /** {@code points}: the names of bitmaps that are ours. */
  static void close(List<SourceDisk> disks, RecoveryPointId point, boolean sealed, Pattern points)
      throws IOException {
    for (SourceDisk disk : disks) {
      for (String name : DiskBitmaps.bitmaps(disk.path()).keySet()) {
        if (points.matcher(name).matches() && name.equals(point.toString()) != sealed) {
          DiskBitmaps.remove(disk.path(), name);
        }
      }
    }
  }
}
