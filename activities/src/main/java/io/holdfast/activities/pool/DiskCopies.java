package io.holdfast.activities.pool;

import io.holdfast.activities.linux.Linux;
import io.holdfast.activities.qemu.QcowHeader;
import io.holdfast.activities.qemu.QemuImg;
import java.io.IOException;
import java.nio.file.Path;

/** Disks made of other disks, which stand on nothing. */
public final class DiskCopies {
  private final Reflink reflink;

  public DiskCopies(Reflink reflink) {
    this.reflink = reflink;
  }

  /** True when a clone of the file, made in milliseconds, is the whole disk. */
  public boolean clones(Path disk, Path folder) throws IOException {
    return folder.equals(disk.getParent())
        && reflink.works(folder)
        && QcowHeader.read(disk).filter(header -> header.backing().isEmpty()).isPresent();
  }

  /**
   * Copies a disk that nobody writes to, whatever it stands on.
   *
   * @param part the new file; readable by its owner alone, as a clone is
   */
  public void copy(Path disk, Path part) throws IOException {
    Path folder = part.getParent();
    if (folder != null && clones(disk, folder)) {
      Linux.cloneFile(disk, part);
    } else {
      PoolFiles.createPrivate(part);
      QemuImg.convert("qcow2", disk, part);
    }
  }
}
