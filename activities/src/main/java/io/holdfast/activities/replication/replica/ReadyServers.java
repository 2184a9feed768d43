package io.holdfast.activities.replication.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers of staged disks whose stream is on its way: starting qemu-nbd takes as long as sending a
 * small delta does. One that no stream takes within seconds is closed. Thread-safe.
 */
final class ReadyServers {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyServers.class);
  private static final long KEPT_SECONDS = 10;

  private final ConcurrentHashMap<String, CompletableFuture<StagedServer>> servers =
      new ConcurrentHashMap<>();

  /** Starts one, by another thread; one that is there stays. */
  void begin(String name, Path disk) {
    servers.computeIfAbsent(
        name,
        unused -> {
          CompletableFuture<StagedServer> started =
              CompletableFuture.supplyAsync(() -> start(disk), ReadyServers::thread);
          CompletableFuture.delayedExecutor(KEPT_SECONDS, TimeUnit.SECONDS, ReadyServers::thread)
              .execute(() -> expire(name, started));
          return started;
        });
  }

  /** The one that was started, or a new one; it is the caller's. */
  StagedServer take(String name, Path disk) throws IOException {
    CompletableFuture<StagedServer> started = servers.remove(name);
    if (started != null) {
      try {
        return started.join();
      } catch (CompletionException failed) { // why is told by the one that is started now
        LOG.info("{} was not served ahead: {}", disk, failed.getMessage());
      }
    }
    return StagedServer.start(disk);
  }

  /** Returns once none has the disk. */
  void drop(String name) {
    close(servers.remove(name));
  }

  private void expire(String name, CompletableFuture<StagedServer> started) {
    if (servers.remove(name, started)) {
      close(started);
    }
  }

  private static void close(@Nullable CompletableFuture<StagedServer> started) {
    if (started != null) {
      started
          .handle(
              (server, failed) -> {
                if (server != null) {
                  server.close();
                }
                return failed == null;
              })
          .join();
    }
  }

  private static StagedServer start(Path disk) {
    try {
      return StagedServer.start(disk);
    } catch (IOException failed) {
      throw new CompletionException(failed);
    }
  }

  /** An {@link Executor}: each is there for the moment in which a server starts or ends. */
  private static void thread(Runnable task) {
    Thread thread = new Thread(null, task, "staged-server", 256 << 10);
    thread.setDaemon(true);
    thread.start();
  }
}
