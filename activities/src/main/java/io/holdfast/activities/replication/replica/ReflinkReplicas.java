package io.holdfast.activities.replication.replica;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Each point is a whole file that shares its extents: made in milliseconds, removed by unlink. */
final class ReflinkReplicas implements ReplicaStore {
  @Override
  public void copy(Path base, long bytes, Path staged) throws IOException {
    Linux.cloneFile(base, staged);
    if (QcowHeader.read(base).filter(header -> header.virtualSize() < bytes).isPresent()) {
      QemuImg.grow(staged, bytes);
    }
  }

  @Override
  public void remove(Path replica, String siblings) throws IOException {
    Files.deleteIfExists(replica);
  }
}
