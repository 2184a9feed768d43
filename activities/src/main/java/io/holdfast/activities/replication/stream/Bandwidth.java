package io.holdfast.activities.replication.stream;

import io.holdfast.activities.worker.Beat;
import java.util.concurrent.TimeUnit;

/** A token bucket that all streams of a process share. */
public final class Bandwidth {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final long bytesPerSecond;
  private long freeAt = System.nanoTime();

  /** {@code bytesPerSecond}: 0 for no limit. */
  public Bandwidth(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until so many bytes may go; an unused second is not saved for later. */
  void take(long bytes) {
    if (bytesPerSecond == 0) {
      return;
    }
    long turn = book(bytes);
    for (long wait = turn - System.nanoTime(); wait > 0; wait = turn - System.nanoTime()) {
      Beat.current().check();
      java.util.concurrent.locks.LockSupport.parkNanos(Math.min(wait, LOOK_NANOS));
    }
  }

  private synchronized long book(long bytes) {
    long turn = Math.max(freeAt, System.nanoTime());
    freeAt = turn + Math.multiplyExact(bytes, TimeUnit.SECONDS.toNanos(1)) / bytesPerSecond;
    return turn;
  }
}
