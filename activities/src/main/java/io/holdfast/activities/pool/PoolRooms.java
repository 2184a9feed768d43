package io.holdfast.activities.pool;

import io.holdfast.workflows.model.PoolRoom;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What room pools have at this moment: that of the file system below, whoever takes it. One whose
 * storage is away has none; what is in its place is not the pool's.
 */
public final class PoolRooms {
  private static final Logger LOG = LoggerFactory.getLogger(PoolRooms.class);

  private final PoolStorage storage;

  public PoolRooms(PoolStorage storage) {
    this.storage = storage;
  }

  public boolean isAway(String pool, Path folder) {
    return storage.isAway(pool, folder);
  }

  /** Asked of the system: libvirt knows what was there when it last looked into the folder. */
  public PoolRoom read(String pool, Path folder) {
    if (isAway(pool, folder)) {
      return PoolRoom.away(pool);
    }
    File there = folder.toFile();
    long taken = there.getTotalSpace() - there.getFreeSpace();
    long free = there.getUsableSpace(); // without what the file system keeps for itself
    return new PoolRoom(pool, fileSystem(pool, folder), taken + free, free);
  }

  /** See {@link PoolRoom#fileSystem}. */
  public @Nullable String fileSystem(String pool, Path folder) {
    try {
      return Mounts.fileSystem(folder);
    } catch (IOException failed) {
      LOG.warn("Nobody says which file system pool {} lies on: {}", pool, failed.getMessage());
      return null;
    }
  }
}
