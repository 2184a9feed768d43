package io.holdfast.activities.pool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file of one line. The first who writes it decides, on whatever host, and it stays so. */
@SuppressWarnings("try") // a lock is held, not used
final class DecidedFile {
  private DecidedFile() {}

  /** Writes it where nobody has yet; returns what it says. */
  static String decide(Path file, String text) throws IOException {
    if (said(file).isEmpty()) {
      Path part = file.resolveSibling(PoolFiles.temporaryName(String.valueOf(file.getFileName())));
      try {
        Files.writeString(part, text + "\n");
        if (!PoolFiles.publishFirst(part, file)) {
          replaceEmpty(part, file);
        }
      } finally {
        PoolFiles.deleteQuietly(part);
      }
    }
    return said(file).orElseThrow(() -> new IOException(file + " says nothing"));
  }

  /** Of all who find it empty, the first that gets hold of it puts its own in its place. */
  private static void replaceEmpty(Path part, Path file) throws IOException {
    try (FileChannel empty = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock held = empty.lock()) {
      if (said(file).isEmpty()) {
        PoolFiles.publish(part, file);
      }
    }
  }

  /** Empty when the file is not there, or says nothing: a power cut may leave only its name. */
  static Optional<String> said(Path file) throws IOException {
    try {
      String text = Files.readString(file).replace("\0", "").strip();
      return Optional.of(text).filter(words -> !words.isEmpty());
    } catch (NoSuchFileException nobody) {
      return Optional.empty();
    }
  }
}
