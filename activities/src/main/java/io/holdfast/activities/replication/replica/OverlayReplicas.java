package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Each point is an overlay on its base. Points may go in any order. */
final class OverlayReplicas implements ReplicaStore {
  @Override
  public void copy(Path base, long bytes, Path staged) throws IOException {
    PoolFiles.createPrivate(staged);
    QemuImg.createOverlay(staged, base, bytes);
  }

  /**
   * What an overlay holds is written into the file that goes, which then takes the overlay's name:
   * the overlay reads the same throughout, and only differences are copied. All overlays but one
   * are first given what they need of it.
   */
  @Override
  public void remove(Path replica, String siblings) throws IOException {
    if (!Files.exists(replica)) {
      return;
    }
    List<Path> overlays = overlays(replica, siblings);
    if (overlays.isEmpty()) {
      Files.delete(replica);
      return;
    }
    Optional<QcowHeader> header = QcowHeader.read(replica);
    String below = header.map(QcowHeader::backing).orElse("");
    for (Path overlay : overlays.subList(1, overlays.size())) {
      QemuImg.rebase(overlay, below);
    }
    Path heir = overlays.get(0);
    QemuImg.commit(heir);
    Files.move(replica, heir, StandardCopyOption.ATOMIC_MOVE);
    PoolFiles.syncFolder(heir);
  }

  private static List<Path> overlays(Path replica, String siblings) throws IOException {
    List<Path> overlays = new ArrayList<>();
    for (Path file : PoolFiles.startingWith(folder(replica), siblings)) {
      if (isOverlay(file, replica)) {
        overlays.add(file);
      }
    }
    return overlays;
  }

  private static boolean isOverlay(Path file, Path replica) throws IOException {
    return Files.isRegularFile(file)
        && QcowHeader.read(file)
            .filter(header -> header.backing().equals(replica.toString()))
            .isPresent();
  }

  private static Path folder(Path replica) throws IOException {
    Path folder = replica.getParent();
    if (folder == null) {
      throw new IOException(replica + " lies in no folder");
    }
    return folder;
  }
}
