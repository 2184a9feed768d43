package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.pool.PoolFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far the merge of an overlay that libvirt has forgotten is, in the attribute
 * user.holdfast.merge of its file: for when its guest, or its host, loses its power meanwhile. A
 * file system without attributes leaves the times of the files.
 */
final class MergeMark {
  private static final String NAME = "holdfast.merge";
  private static final String BEGUN = "begun";
  private static final String DONE = "done";

  private MergeMark() {}

  /** Before anything is written to the disk. */
  static void begin(Path overlay) {
    PoolFiles.tag(overlay, NAME, BEGUN);
  }

  /** The disk has all, and the guest has not written to it yet. */
  static void complete(Path overlay) {
    PoolFiles.tag(overlay, NAME, DONE);
  }

  /**
   * True when the overlay has what its disk lacks. While its merge is under way the disk is written
   * to last, and lacks what the guest wrote since. An overlay whose merge is complete but for its
   * file is older than what the guest wrote to the disk since; libvirt, which has merged it then,
   * leaves no mark.
   */
  static boolean isNewer(Path overlay, Path disk) throws IOException {
    return switch (PoolFiles.readTag(overlay, NAME).orElse("")) {
      case BEGUN -> true;
      case DONE -> false;
      default -> Files.getLastModifiedTime(overlay).compareTo(Files.getLastModifiedTime(disk)) >= 0;
    };
  }
}
