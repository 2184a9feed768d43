package io.holdfast.activities.pool;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A folder where files share extents: each disk is a whole file, made in milliseconds, removed by
 * unlink. One that stands on another, made where that was not so, is treated as it was there.
 */
final class DirReflink implements StorageBackend {
  private static final DirQcow2 OVERLAYS = new DirQcow2();

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.CLONE);
  }

  @Override
  public void fromImage(Path image, Path target, long size) throws IOException {
    cloneOf(image, target, size);
  }

  @Override
  public void copy(Path disk, Path target) throws IOException {
    Path folder = target.getParent();
    if (folder != null && folder.equals(disk.getParent()) && Overlays.standsAlone(disk)) {
      Linux.cloneFile(disk, target);
    } else {
      OVERLAYS.copy(disk, target);
    }
  }

  /**
   * A clone of an overlay would stand on the same file, which each of them would have to outlive.
   */
  @Override
  public void branch(Path base, Path target, long size) throws IOException {
    if (Overlays.standsAlone(base)) {
      cloneOf(base, target, size);
    } else {
      OVERLAYS.branch(base, target, size);
    }
  }

  private static void cloneOf(Path disk, Path target, long size) throws IOException {
    Linux.cloneFile(disk, target);
    if (QcowHeader.read(disk).filter(header -> header.virtualSize() < size).isPresent()) {
      QemuImg.grow(target, size);
    }
  }
}
