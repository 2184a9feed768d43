package io.holdfast.activities.volume;

import io.holdfast.activities.pool.PoolFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Whether a file is all that its guest has of a disk. */
public final class DiskOverlays {
  private DiskOverlays() {}

  /**
   * True when the file is an overlay of a move, or one lies over it: what is below is not what the
   * guest has. libvirt may have forgotten it, or nobody uses it any more; to merge tells.
   *
   * @param disk of a domain, as its description names it
   */
  public static boolean concern(Path disk) throws IOException {
    return VolumeNames.isOverlay(disk) || PoolFiles.exists(VolumeNames.firstOverlay(disk));
  }
}
