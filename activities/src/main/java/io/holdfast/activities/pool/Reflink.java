package io.holdfast.activities.pool;

import io.holdfast.activities.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a file system shares extents between files (XFS, btrfs): then a whole file is cloned in
 * milliseconds and takes no space, whatever its size.
 */
public final class Reflink {
  private static final int BLOCK = 4096;

  private final ConcurrentHashMap<Path, Boolean> tried = new ConcurrentHashMap<>();

  /** True when files in this folder can be cloned; found by cloning one, once a process. */
  public boolean works(Path folder) {
    return tried.computeIfAbsent(folder, Reflink::attempt);
  }

  private static boolean attempt(Path folder) {
    Path source = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    Path target = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    try {
      Files.write(source, new byte[BLOCK]);
      Linux.cloneFile(source, target);
      return true;
    } catch (IOException refused) {
      return false;
    } finally {
      PoolFiles.deleteQuietly(source);
      PoolFiles.deleteQuietly(target);
    }
  }
}
