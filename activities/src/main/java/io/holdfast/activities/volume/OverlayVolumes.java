package io.holdfast.activities.volume;

import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Puts an overlay on the image, which must stay for as long as the disk does. The image is named
 * without its folder: on shared storage the disk may get a name beside another name of the image.
 */
final class OverlayVolumes implements VolumeStore {
  @Override
  public void fromImage(Path image, long virtualSize, Path target, long size) throws IOException {
    QemuImg.createOverlay(target, image.getFileName(), size);
  }
}
