package io.holdfast.activities.libvirt;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes whoever waits for something to change on the host. What changed must be looked up. */
public final class HostEvents {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long count;
  private long lastNanos = System.nanoTime();

  /** Something changed: a domain's state, an agent's connection, libvirt itself. */
  public void signal() {
    lock.lock();
    try {
      count++;
      lastNanos = System.nanoTime();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many changes there were; give it to {@link #await} to miss none in between. */
  public long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Milliseconds without a change. */
  public long quietMillis() {
    lock.lock();
    try {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there were more changes than {@code seen}, at most the given time. */
  public void await(long seen, long atMostMillis) {
    long left = TimeUnit.MILLISECONDS.toNanos(atMostMillis);
    lock.lock();
    try {
      while (count == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while waiting for a change", stopped);
    } finally {
      lock.unlock();
    }
  }
}
