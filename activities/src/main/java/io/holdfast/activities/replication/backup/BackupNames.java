package io.holdfast.activities.replication.backup;

import io.holdfast.workflows.model.InstanceId;
import java.nio.file.Path;

/** Names that a backup leaves on its host for a while; the only place that spells them. */
final class BackupNames {
  /** Where libvirt lets QEMU make sockets. */
  private static final Path SOCKETS = Path.of("/var/lib/libvirt/qemu");

  private BackupNames() {}

  /** QEMU's NBD server of a running instance's backup. */
  static Path socket(InstanceId instance) {
    return SOCKETS.resolve("hf-" + instance + ".nbd");
  }

  /**
   * What the guest overwrites while the backup is open; beside the disk, with a name that goes with
   * the instance.
   */
  static Path scratch(Path disk, InstanceId instance, String name) {
    return disk.resolveSibling("." + instance + "-" + name + ".scratch");
  }
}
