package io.holdfast.activities.pool;

import java.io.IOException;
import java.nio.file.Path;

/** Disks made of other disks, which stand on nothing. */
public final class DiskCopies {
  private final StorageBackends backends;

  public DiskCopies(StorageBackends backends) {
    this.backends = backends;
  }

  /** True when a clone of the file, made in milliseconds, is the whole disk. */
  public boolean clones(Path disk, Path folder) throws IOException {
    return folder.equals(disk.getParent())
        && backends.of(folder).capabilities().contains(StorageBackend.Capability.CLONE)
        && Overlays.standsAlone(disk);
  }

  /**
   * Copies a disk that nobody writes to, whatever it stands on.
   *
   * @param part the new file; readable by its owner alone
   */
  public void copy(Path disk, Path part) throws IOException {
    Path folder = part.getParent();
    if (folder == null) {
      throw new IOException(part + " lies in no folder");
    }
    backends.of(folder).copy(disk, part);
  }
}
