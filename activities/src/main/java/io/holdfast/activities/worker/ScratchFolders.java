package io.holdfast.activities.worker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders for the time of one call, readable by this user alone: secrets of a guest are in some.
 * Their names say whose they are, so that the next worker removes what one that was killed has
 * left. Short ones: a socket's path has 107 bytes.
 */
public final class ScratchFolders {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolders.class);
  private static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));
  private static final Pattern NAME = Pattern.compile("holdfast-(\\d+)-\\d+");

  private ScratchFolders() {}

  /** A new one, {@code holdfast-<pid>-<number>}. */
  public static Path create() throws IOException {
    return Files.createTempDirectory(PARENT, "holdfast-" + ProcessHandle.current().pid() + "-");
  }

  /** With its files. What stays is logged, and removed by a later worker. */
  public static void remove(Path folder) {
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    } catch (NoSuchFileException gone) {
      LOG.debug("{} is gone", folder);
    } catch (IOException stays) {
      LOG.warn("{} could not be removed: {}", folder, stays.getMessage());
    }
  }

  /** Removes those of processes that run no more. */
  public static void sweep() {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PARENT, ScratchFolders::isNobodys)) {
      all.forEach(ScratchFolders::remove);
    } catch (IOException unreadable) {
      LOG.warn("{} could not be swept: {}", PARENT, unreadable.getMessage());
    }
  }

  private static boolean isNobodys(Path folder) {
    Matcher name = NAME.matcher(String.valueOf(folder.getFileName()));
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }
}
