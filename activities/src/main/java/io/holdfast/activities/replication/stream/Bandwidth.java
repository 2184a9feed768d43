package io.holdfast.activities.replication.stream;

import io.holdfast.activities.worker.Beat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** A token bucket that several streams share: all of a process, or those of one instance. */
public final class Bandwidth {
  /** For what has no limit of its own. */
  public static final Bandwidth UNLIMITED = new Bandwidth(0);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final LongSupplier bytesPerSecond;
  private long freeAt = System.nanoTime();
  private long booked;

  /** {@code bytesPerSecond}: 0 for no limit. */
  public Bandwidth(long bytesPerSecond) {
    this(() -> bytesPerSecond);
  }

  /** {@code bytesPerSecond}: asked often; 0 for no limit. Who waits by an older one waits anew. */
  public Bandwidth(LongSupplier bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Waits until so many bytes may go; an unused second is not saved for later. */
  void take(long bytes) {
    long rate = bytesPerSecond.getAsLong();
    while (rate > 0 && !await(book(bytes, rate), rate)) {
      rate = bytesPerSecond.getAsLong();
    }
  }

  /** False when another rate holds before that moment. */
  private boolean await(long turn, long rate) {
    for (long wait = turn - System.nanoTime(); wait > 0; wait = turn - System.nanoTime()) {
      Beat.current().check();
      LockSupport.parkNanos(Math.min(wait, LOOK_NANOS));
      if (bytesPerSecond.getAsLong() != rate) {
        return false;
      }
    }
    return true;
  }

  private synchronized long book(long bytes, long rate) {
    long now = System.nanoTime();
    long turn = booked == rate ? Math.max(freeAt, now) : now; // by another rate nothing is booked
    booked = rate;
    freeAt = turn + Math.multiplyExact(bytes, TimeUnit.SECONDS.toNanos(1)) / rate;
    return turn;
  }
}
