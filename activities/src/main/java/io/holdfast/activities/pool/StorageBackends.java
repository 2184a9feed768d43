package io.holdfast.activities.pool;

import io.holdfast.activities.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which back end a pool's folder has: {@link DirReflink} where files share extents (XFS, btrfs),
 * {@link DirQcow2} elsewhere.
 */
public final class StorageBackends {
  private final ConcurrentHashMap<Path, StorageBackend> known = new ConcurrentHashMap<>();

  /**
   * Found by cloning a file, once a process. A try that failed for another reason than that the
   * file system cannot is an IOException, and says nothing of the next one.
   */
  public StorageBackend of(Path folder) throws IOException {
    StorageBackend backend = known.get(folder);
    if (backend == null) {
      backend = sharesExtents(folder) ? new DirReflink() : new DirQcow2();
      known.put(folder, backend);
    }
    return backend;
  }

  /**
   * Removes a disk that was branched or branched from; the others keep what they hold, in whatever
   * order they go. None is no error. Whichever back end has made it, its head and theirs say what
   * is to be done: so it needs no room to find out, where room is what is wanted.
   *
   * @param siblings what the names of all begin with that may have been branched from it
   */
  public void remove(Path disk, String siblings) throws IOException {
    Overlays.remove(disk, siblings);
  }

  /** The file is empty: it can be cloned where not one block is left. */
  private static boolean sharesExtents(Path folder) throws IOException {
    Path source = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    Path target = folder.resolve(PoolFiles.temporaryName("reflink-probe"));
    try {
      Files.createFile(source);
      Linux.cloneFile(source, target);
      return true;
    } catch (Linux.CannotCloneException never) {
      return false;
    } finally {
      PoolFiles.deleteQuietly(source);
      PoolFiles.deleteQuietly(target);
    }
  }
}
