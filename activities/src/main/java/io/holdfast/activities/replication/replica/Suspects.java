package io.holdfast.activities.replication.replica;

import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.workflows.model.ReplicaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replicas of a disk share what is the same in them. So when one is found to be wrong, all that are
 * there are suspect until they are read themselves: what is made of one before then is read first.
 * A file each, on the host's own disk, since a pool may be full.
 */
final class Suspects {
  private final Path folder;

  Suspects(Path folder) {
    this.folder = folder;
  }

  /**
   * One of this disk's replicas is wrong. Looks until none is found that it has not marked: one
   * that was begun meanwhile may have asked for its base's mark too early.
   */
  synchronized void mark(Path pool, ReplicaSpec wrong) throws IOException {
    Files.createDirectories(folder);
    boolean found = true;
    while (found) {
      found = false;
      String all = ReplicaNames.allOf(wrong.instance(), wrong.disk());
      for (Path file : PoolFiles.startingWith(pool, all)) {
        String name = ReplicaNames.ofDisk(file);
        if (!name.isEmpty() && !has(name)) {
          Files.createFile(folder.resolve(name));
          found = true;
        }
      }
    }
    PoolFiles.syncFolder(folder.resolve(ReplicaNames.name(wrong)));
  }

  boolean has(String name) throws IOException {
    return PoolFiles.exists(folder.resolve(name));
  }

  /** It was read and is right, or is gone. */
  void clear(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }
}
