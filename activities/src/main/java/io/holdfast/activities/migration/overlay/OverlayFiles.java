package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Overlays as files beside the disks that they lie over. */
public final class OverlayFiles {
  private OverlayFiles() {}

  /** Bytes that the guest sees of a qcow2. Fails with NOT_FOUND when it is not there. */
  public static long virtualSize(Path qcow2) throws IOException {
    if (!PoolFiles.exists(qcow2)) {
      throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + qcow2);
    }
    return QcowHeader.read(qcow2)
        .orElseThrow(() -> new IOException(qcow2 + " is no qcow2"))
        .virtualSize();
  }

  /** The disk itself, below all of its overlays. */
  static Path base(SourceDisk disk, InstanceId instance) {
    return below(disk, instance, 1);
  }

  /** What is frozen below this overlay: the overlay before, or the disk. */
  static Path below(SourceDisk disk, InstanceId instance, int number) {
    Path folder = folder(disk.path());
    return number <= 1
        ? VolumeNames.disk(folder, instance, disk.name())
        : VolumeNames.overlay(folder, instance, disk.name(), number - 1);
  }

  /** Overlay {@code number} of this disk, which need not be there. */
  public static Path overlay(SourceDisk disk, InstanceId instance, int number) {
    return VolumeNames.overlay(folder(disk.path()), instance, disk.name(), number);
  }

  /**
   * All overlays that lie beside this disk, whole and half made ones: of the volume, or of all of
   * the instance's own disks.
   */
  static List<Path> beside(SourceDisk disk, InstanceId instance) throws IOException {
    Path folder = folder(disk.path());
    if (!PoolFiles.exists(folder)) {
      return List.of();
    }
    String first = VolumeId.ofDisk(disk.name()).map(id -> id + ".").orElse(instance + "-");
    return PoolFiles.startingWith(folder, first).stream().filter(VolumeNames::isOverlay).toList();
  }

  /**
   * Removes an overlay that no domain names; none is no error. Fails with LIBVIRT_REFUSED when
   * somebody writes to it all the same: {@link ForgottenOverlays} come first.
   */
  public static void remove(Path overlay) throws IOException {
    if (!PoolFiles.exists(overlay)) {
      return;
    }
    if (QemuImg.isInUse(overlay)) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED,
          "A process of this host writes to " + overlay + ", and no domain names it",
          List.of("Find the process with lsof, end it, and try again"));
    }
    Files.deleteIfExists(overlay);
    PoolFiles.syncFolder(overlay); // a power cut would bring it back, named by no domain
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return folder;
  }
}
