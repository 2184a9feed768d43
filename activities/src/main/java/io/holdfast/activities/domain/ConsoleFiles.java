package io.holdfast.activities.domain;

import io.holdfast.activities.pool.PoolFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a guest's console: the log, and what virtlogd has rotated it to. */
final class ConsoleFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleFiles.class);

  private ConsoleFiles() {}

  /** What stays is logged, and shows as an orphan. */
  static void delete(Path console) {
    Path folder = Objects.requireNonNull(console.getParent());
    try {
      PoolFiles.startingWith(folder, String.valueOf(console.getFileName()))
          .forEach(PoolFiles::deleteQuietly);
    } catch (NoSuchFileException none) {
      LOG.debug("{} is not there: no guest has run here", folder);
    } catch (IOException unreadable) {
      LOG.warn("Consoles in {} could not be removed: {}", folder, unreadable.getMessage());
    }
  }
}
