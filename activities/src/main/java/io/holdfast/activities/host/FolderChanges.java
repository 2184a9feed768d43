package io.holdfast.activities.host;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/**
 * Wakes whoever waits for a file of a folder to be made or written; which one must be looked up.
 */
final class FolderChanges implements AutoCloseable {
  private final WatchService watch;

  private FolderChanges(WatchService watch) {
    this.watch = watch;
  }

  /** What changes from now on. */
  static FolderChanges of(Path folder) throws IOException {
    WatchService watch = folder.getFileSystem().newWatchService();
    folder.register(
        watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    return new FolderChanges(watch);
  }

  /** Returns once something has changed since the last call, at most after the given time. */
  void await(long atMostMillis) {
    try {
      WatchKey changed = watch.poll(atMostMillis, TimeUnit.MILLISECONDS);
      if (changed != null) {
        changed.pollEvents();
        changed.reset();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while waiting for a change", stopped);
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }
}
