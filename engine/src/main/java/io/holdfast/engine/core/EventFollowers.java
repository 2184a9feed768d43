package io.holdfast.engine.core;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EventRow;
import io.holdfast.engine.db.EventSpan;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events to whoever follows them, each on a thread of its own: a write to a follower that
 * does not read blocks that thread alone, until the server ends the connection.
 */
public final class EventFollowers implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(EventFollowers.class);
  private static final int MOST = 64;
  private static final int MOST_BEHIND = 10_000;
  private static final Duration BEAT = Duration.ofSeconds(10);

  private final Database database;
  private final EventFeed feed;
  private final Duration beat;
  private final ThreadPoolExecutor threads;

  public EventFollowers(Database database, EventFeed feed) {
    this(database, feed, BEAT);
  }

  EventFollowers(Database database, EventFeed feed, Duration beat) {
    this.database = database;
    this.feed = feed;
    this.beat = beat;
    this.threads =
        new ThreadPoolExecutor(
            0,
            MOST,
            1,
            TimeUnit.MINUTES,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "event-follower");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The event to begin behind: the caller's last one, or the newest that there is. Throws
   * EVENTS_EXPIRED when some that followed the caller's are no longer kept, or when its id was
   * never given (the database was restored to an older state).
   */
  public long begin(OptionalLong lastEvent) {
    EventSpan span = database.daos().events().span();
    long from = lastEvent.orElse(span.lastId());
    if (from < span.prunedTo() || from > span.lastId()) {
      throw new ProblemException(
          ProblemCode.EVENTS_EXPIRED,
          "Events from %d to %d are kept; read the inventory anew, then follow without Last-Event-ID"
              .formatted(span.prunedTo() + 1, span.lastId()));
    }
    return from;
  }

  /**
   * Sends what comes after {@code from}, and goes on until the follower leaves. Throws
   * TOO_MANY_STREAMS.
   */
  public void follow(long from, EventFilter filter, EventSink sink) {
    try {
      threads.execute(() -> run(from, filter, sink));
    } catch (RejectedExecutionException full) {
      sink.close();
      throw new ProblemException(
          ProblemCode.TOO_MANY_STREAMS, MOST + " followers of events are served at once");
    }
  }

  private void run(long from, EventFilter filter, EventSink sink) {
    try {
      feed.enter();
      try {
        sink.beat(); // the caller learns at once that it is served
        sink.end(send(from, filter, sink));
      } finally {
        feed.leave();
      }
    } catch (IOException gone) {
      LOG.debug("A follower of events left: {}", gone.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("A follower of events is sent away: {}", e.toString());
    } finally {
      sink.close();
    }
  }

  /** Returns why it ended. */
  private String send(long from, EventFilter filter, EventSink sink)
      throws IOException, InterruptedException {
    long cursor = from;
    boolean caughtUp = false;
    long spokeAt = System.nanoTime();
    while (!feed.hasEnded()) {
      List<EventRow> events = feed.after(cursor);
      if (!events.isEmpty() && events.get(0).id() != cursor + 1) {
        return "events-expired"; // pruned while they were sent
      }
      if (caughtUp && feed.behind(cursor) > MOST_BEHIND) {
        return "too-slow";
      }
      for (EventRow event : events) {
        if (filter.takes(event)) {
          sink.send(event);
          spokeAt = System.nanoTime();
        }
        cursor = event.id();
      }
      if (System.nanoTime() - spokeAt >= beat.toNanos()) {
        sink.beat();
        spokeAt = System.nanoTime();
      }
      if (events.isEmpty()) {
        caughtUp = true;
        feed.awaitAfter(cursor, beat);
      }
    }
    return "engine-stops";
  }

  /** After the feed has ended, so that every follower hears why. */
  @Override
  public void stop() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
  }
}
