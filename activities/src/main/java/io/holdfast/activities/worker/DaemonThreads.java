package io.holdfast.activities.worker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Threads of the host worker's own, which keep no process alive. */
public final class DaemonThreads {
  /** Theirs are short calls: the JVM's default, a MiB each, is memory that guests need. */
  private static final long STACK_BYTES = 256 << 10;

  private DaemonThreads() {}

  public static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(null, task, name, STACK_BYTES);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** What was begun or waits is done first, for so long; then it is interrupted. */
  public static void drain(ExecutorService threads, long seconds) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(seconds, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException stopped) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
