package io.holdfast.activities.replication.backup;

import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A view of an instance's disks as of one moment.
 *
 * @param view names the moment
 * @param base whose bitmap the view shows; null for none
 * @param running true when QEMU serves it; else the files themselves are the view
 * @param clockMillis its moment by this host's clock, or a little before; 0 in a note of an older
 *     worker
 * @param ended why it was ended before its round was through with it; null while it was not
 */
record OpenBackup(
    InstanceId instance,
    RecoveryPointId point,
    UUID view,
    @Nullable RecoveryPointId base,
    boolean running,
    List<Disk> disks,
    long clockMillis,
    @Nullable String ended) {
  OpenBackup ended(String why) {
    return new OpenBackup(instance, point, view, base, running, disks, clockMillis, why);
  }

  /** How long ago its moment was. */
  long ageMillis() {
    return Math.max(0, System.currentTimeMillis() - clockMillis);
  }

  List<SourceDisk> sources() {
    return disks.stream().map(Disk::source).toList();
  }

  Optional<Disk> disk(String name) {
    return disks.stream().filter(disk -> disk.source().name().equals(name)).findFirst();
  }

  /** Whether the files, which are the view of an instance that is off, are what they were. */
  boolean holdsStill() throws IOException {
    for (Disk disk : disks) {
      FileMark then = disk.mark();
      if (then == null || !FileMark.of(disk.source().path()).filter(then::equals).isPresent()) {
        return false;
      }
    }
    return true;
  }

  /**
   * A disk of it; see BackupDisk.
   *
   * @param mark of the file when the view was opened, with its bitmap in it; null when QEMU has it
   */
  record Disk(
      SourceDisk source, long bytes, ChangeSource change, String reason, @Nullable FileMark mark) {}
}
