package io.holdfast.activities.replication.backup;

import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.RecoveryPointId;
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
 */
record OpenBackup(
    InstanceId instance,
    RecoveryPointId point,
    UUID view,
    @Nullable RecoveryPointId base,
    boolean running,
    List<Disk> disks) {
  Optional<Disk> disk(String name) {
    return disks.stream().filter(disk -> disk.source().name().equals(name)).findFirst();
  }

  /** A disk of it; see BackupDisk. */
  record Disk(SourceDisk source, long bytes, ChangeSource change, String reason) {}
}
