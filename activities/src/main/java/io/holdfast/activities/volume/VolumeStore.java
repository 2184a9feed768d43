package io.holdfast.activities.volume;

import java.io.IOException;
import java.nio.file.Path;

/** How a pool makes a root disk from an image. The target is new; sizes are bytes. */
interface VolumeStore {
  /**
   * Makes {@code target} a disk of {@code size} with the image's content.
   *
   * @param virtualSize of the image; at most {@code size}
   */
  void fromImage(Path image, long virtualSize, Path target, long size) throws IOException;
}
