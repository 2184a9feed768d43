package io.holdfast.activities.replication.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Tells a file from what it becomes when somebody writes to it, or puts another one in its place.
 *
 * @param key of the device and the inode
 * @param bytes of its length
 * @param written when it was written to last, to the nanosecond
 */
record FileMark(String key, long bytes, String written) {
  /** Empty when there is no such file. */
  static Optional<FileMark> of(Path file) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new FileMark(
              String.valueOf(now.fileKey()), now.size(), now.lastModifiedTime().toString()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }
}
