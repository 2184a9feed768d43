package io.holdfast.activities.worker;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One lock a key, there while somebody holds or awaits it. An activity may run twice at once (its
 * first run was taken for dead): both runs of one worker meet here. Runs of two workers do not, so
 * every effect is atomic by itself as well.
 */
public final class KeyedLocks {
  private static final long LOOK_MILLIS = 200;
  private static final long SOON_MILLIS = 1_000;

  private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();

  /** Waits for the key, giving up when the activity is cancelled; closing gives it back. */
  public Held lock(Object key) {
    Entry entry = enter(key);
    try {
      while (!entry.lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        Beat.current().check();
      }
    } catch (InterruptedException stopped) {
      leave(key);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while waiting for " + key, stopped);
    } catch (RuntimeException cancelled) {
      leave(key);
      throw cancelled;
    }
    Held held = held(key, entry);
    makeWay(held);
    return held;
  }

  /**
   * Waits for a second at most: for whoever keeps others waiting, as all guests of a round do.
   * Empty when somebody has the key for longer.
   */
  public Optional<Held> lockSoon(Object key) {
    Entry entry = enter(key);
    boolean got = false;
    try {
      got = entry.lock.tryLock(SOON_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while waiting for " + key, stopped);
    } finally {
      if (!got) {
        leave(key);
      }
    }
    if (!got) {
      return Optional.empty();
    }
    Held held = held(key, entry);
    makeWay(held);
    return Optional.of(held);
  }

  /** Does not wait: empty when somebody has the key. */
  public Optional<Held> tryLock(Object key) {
    Entry entry = enter(key);
    if (!entry.lock.tryLock()) {
      leave(key);
      return Optional.empty();
    }
    return Optional.of(held(key, entry));
  }

  /** Whoever was given up while it waited must not begin now: its successor may have been here. */
  private static void makeWay(Held held) {
    try {
      Beat.current().check();
    } catch (RuntimeException cancelled) {
      held.close();
      throw cancelled;
    }
  }

  private Entry enter(Object key) {
    return entries.compute(
        key,
        (k, old) -> {
          Entry current = old == null ? new Entry() : old;
          current.users++;
          return current;
        });
  }

  private Held held(Object key, Entry entry) {
    return () -> {
      entry.lock.unlock();
      leave(key);
    };
  }

  private void leave(Object key) {
    entries.computeIfPresent(key, (k, entry) -> --entry.users == 0 ? null : entry);
  }

  /** A lock that is held by this thread. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private static final class Entry {
    private final ReentrantLock lock = new ReentrantLock();
    private int users;
  }
}
