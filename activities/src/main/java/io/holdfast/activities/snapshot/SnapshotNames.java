package io.holdfast.activities.snapshot;

import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.SnapshotId;
import java.nio.file.Path;

/**
 * Names of a snapshot's files in its pool; the only place that spells them. They do not begin with
 * the instance's id: its own disks do, and go with it.
 */
final class SnapshotNames {
  private static final String REPLACED = ".replaced";

  private SnapshotNames() {}

  /** What the names of all files of the snapshot begin with, half made ones after a dot. */
  static String allOf(SnapshotId snapshot) {
    return "snapshot-" + snapshot + "-";
  }

  /** {@code snapshot-<snapshot>-<instance>-<disk>.qcow2}. */
  static Path disk(Path folder, SnapshotId snapshot, InstanceId instance, String disk) {
    return VolumeNames.disk(folder, instance, snapshot.disk(disk));
  }

  /** There once all disks are: {@code snapshot-<snapshot>-<instance>.json}. */
  static Path note(Path folder, SnapshotId snapshot, InstanceId instance) {
    return folder.resolve(allOf(snapshot) + instance + ".json");
  }

  /** The guest's memory, as libvirt writes it. */
  static Path memory(Path folder, SnapshotId snapshot, InstanceId instance) {
    return VolumeNames.memory(folder, instance, snapshot);
  }

  /** There once a guest that goes on from the memory may have written to the restored disks. */
  static Path woken(Path folder, SnapshotId snapshot, InstanceId instance) {
    return folder.resolve(allOf(snapshot) + instance + ".woken");
  }

  /** There while a restore can be taken back. */
  static Path restoring(Path folder, SnapshotId snapshot, InstanceId instance) {
    return folder.resolve(allOf(snapshot) + instance + ".restoring");
  }

  /** What a restore put the snapshot's disk in the place of. */
  static Path replaced(Path folder, SnapshotId snapshot, InstanceId instance, String disk) {
    return folder.resolve(allOf(snapshot) + instance + "-" + disk + REPLACED);
  }

  static boolean isReplaced(Path file) {
    return String.valueOf(file.getFileName()).endsWith(REPLACED);
  }
}
