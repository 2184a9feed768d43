package io.holdfast.activities.pool;

import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A folder anywhere: a disk that starts as another one is an overlay on it. */
final class DirQcow2 implements StorageBackend {
  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  /**
   * The image is named without its folder: on shared storage the disk may get a name beside another
   * name of the image.
   */
  @Override
  public void fromImage(Path image, Path target, long size) throws IOException {
    PoolFiles.createPrivate(target);
    QemuImg.createOverlay(target, image.getFileName(), size);
  }

  @Override
  public void copy(Path disk, Path target) throws IOException {
    PoolFiles.createPrivate(target);
    QemuImg.convert("qcow2", disk, target);
  }

  @Override
  public void branch(Path base, Path target, long size) throws IOException {
    PoolFiles.createPrivate(target);
    QemuImg.createOverlay(target, base, size);
  }
}
