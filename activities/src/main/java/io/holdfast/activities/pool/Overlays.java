package io.holdfast.activities.pool;

import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Disks that stand on others, as their heads say: true of a file wherever it was made. */
final class Overlays {
  private Overlays() {}

  static boolean standsAlone(Path disk) throws IOException {
    return QcowHeader.read(disk).filter(header -> header.backing().isEmpty()).isPresent();
  }

  /**
   * What an overlay holds is written into the file that goes, which then takes the overlay's name:
   * the overlay reads the same throughout, and only differences are copied. All overlays but one
   * are first given what they need of it. Cut short anywhere, it may be done again.
   */
  static void remove(Path disk, String siblings) throws IOException {
    if (!PoolFiles.exists(disk)) {
      return;
    }
    List<Path> overlays = on(disk, siblings);
    if (overlays.isEmpty()) {
      Files.delete(disk);
      return;
    }
    Optional<QcowHeader> header = QcowHeader.read(disk);
    String below = header.map(QcowHeader::backing).orElse("");
    for (Path overlay : overlays.subList(1, overlays.size())) {
      QemuImg.rebase(overlay, below);
    }
    Path heir = overlays.get(0);
    QemuImg.commit(heir);
    Files.move(disk, heir, StandardCopyOption.ATOMIC_MOVE);
    PoolFiles.syncFolder(heir);
  }

  private static List<Path> on(Path disk, String siblings) throws IOException {
    Path folder = disk.getParent();
    if (folder == null) {
      throw new IOException(disk + " lies in no folder");
    }
    List<Path> overlays = new ArrayList<>();
    for (Path file : PoolFiles.startingWith(folder, siblings)) {
      if (PoolFiles.isFile(file)
          && QcowHeader.read(file)
              .filter(header -> header.backing().equals(disk.toString()))
              .isPresent()) {
        overlays.add(file);
      }
    }
    return overlays;
  }
}
