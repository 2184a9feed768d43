package io.holdfast.activities.volume;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Path;

/** Clones the image's file: the disk stands alone, and the image may go. */
final class ReflinkVolumes implements VolumeStore {
  @Override
  public void fromImage(Path image, long virtualSize, Path target, long size) throws IOException {
    Linux.cloneFile(image, target);
    if (size > virtualSize) {
      QemuImg.grow(target, size);
    }
  }
}
