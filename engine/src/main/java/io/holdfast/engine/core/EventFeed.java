package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EventDao;
import io.holdfast.engine.db.EventRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers events, and keeps the newest at hand for all followers: one look at the database five
 * times a second while somebody follows, else every two seconds. Followers read by the id of their
 * last event, so one that is slow holds nothing in memory: what it has missed is in the database.
 */
public final class EventFeed extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final int ROUNDS_WHEN_ALONE = 10;
  private static final int BATCH = 1_000;
  private static final int AT_HAND = 2_000;
  private static final Duration KEPT = Duration.ofDays(30);
  private static final Duration PRUNED_EVERY = Duration.ofHours(1);

  private final Database database;
  private final Clock clock;
  private final Deque<EventRow> recent = new ArrayDeque<>(); // in order, none missing
  private long last; // the newest that followers may read
  private int followers;
  private boolean ended;
  private long round; // the timer's thread only, as is the next one
  private Instant pruned = Instant.EPOCH;

  public EventFeed(Database database, Clock clock) {
    super("event-feed", PERIOD);
    this.database = database;
    this.clock = clock;
  }

  /** Lets every follower end. */
  @Override
  public synchronized void stop() {
    super.stop();
    ended = true;
    notifyAll();
  }

  /** Begins to follow; {@link #leave} must come after it. */
  synchronized void enter() {
    if (followers == 0) {
      recent.clear();
      last = database.daos().events().span().lastId();
    }
    followers++;
  }

  synchronized void leave() {
    followers--;
  }

  /** Some of the events after that one, oldest first; none when there is no newer one. */
  List<EventRow> after(long cursor) {
    synchronized (this) {
      if (cursor >= last) {
        return List.of();
      }
      EventRow oldest = recent.peekFirst();
      if (oldest != null && oldest.id() <= cursor + 1) {
        return recent.stream().filter(event -> event.id() > cursor).toList();
      }
    }
    return database.daos().events().after(cursor, BATCH);
  }

  /** Waits until there are newer events; false when there are none after all that time. */
  synchronized boolean awaitAfter(long cursor, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (cursor >= last && !ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** How many events a follower has not read yet. */
  synchronized long behind(long cursor) {
    return last - cursor;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  @Override
  protected void sweep() {
    if (!isFollowed() && round++ % ROUNDS_WHEN_ALONE != 0) {
      return;
    }
    EventDao events = database.daos().events();
    while (events.publish(BATCH) == BATCH) {
      LOG.trace("More events wait for their ids");
    }
    if (isFollowed()) {
      read(events);
    }
    if (pruned.plus(PRUNED_EVERY).isBefore(clock.instant())) {
      events.prune(clock.instant().minus(KEPT));
      pruned = clock.instant();
    }
  }

  private synchronized boolean isFollowed() {
    return followers > 0;
  }

  private void read(EventDao events) {
    long from;
    synchronized (this) {
      from = last;
    }
    List<EventRow> rows = events.after(from, BATCH);
    synchronized (this) {
      if (rows.isEmpty() || from != last) {
        return; // followers began anew meanwhile
      }
      recent.addAll(rows);
      while (recent.size() > AT_HAND) {
        recent.removeFirst();
      }
      last = rows.get(rows.size() - 1).id();
      notifyAll();
    }
  }
}
