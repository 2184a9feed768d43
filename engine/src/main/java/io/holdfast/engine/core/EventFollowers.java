package io.holdfast.engine.core;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
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
  private static final int MOST_OF_ONE = 16;
  private static final int MOST_BEHIND = 10_000;
  private static final Duration BEAT = Duration.ofSeconds(10);

  private final Database database;
  private final EventFeed feed;
  private final Duration beat;
  private final ThreadPoolExecutor threads;
  private final Multiset<String> followed = ConcurrentHashMultiset.create();

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
   * Sends what comes after {@code from}, and goes on until the follower leaves, or its token is
   * gone. Throws TOO_MANY_STREAMS.
   *
   * @param token name of the follower's
   */
  public void follow(String token, long from, EventFilter filter, EventSink sink) {
    if (followed.add(token, 1) >= MOST_OF_ONE) {
      followed.remove(token);
      throw full(sink, MOST_OF_ONE + " streams of events are served at once to " + token);
    }
    try {
      threads.execute(() -> run(token, from, filter, sink));
    } catch (RejectedExecutionException full) {
      followed.remove(token);
      throw full(sink, MOST + " followers of events are served at once");
    }
  }

  private static ProblemException full(EventSink sink, String detail) {
    sink.close();
    return new ProblemException(ProblemCode.TOO_MANY_STREAMS, detail);
  }

  private void run(String token, long from, EventFilter filter, EventSink sink) {
    try {
      feed.enter();
      try {
        sink.beat(); // the caller learns at once that it is served
        sink.end(send(token, from, filter, sink));
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
      followed.remove(token);
      sink.close();
    }
  }

  /** Returns why it ended. */
  private String send(String token, long from, EventFilter filter, EventSink sink)
      throws IOException, InterruptedException {
    long cursor = from;
    boolean caughtUp = false;
    long spokeAt = System.nanoTime();
    long knownAt = spokeAt;
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
      if (System.nanoTime() - knownAt >= beat.toNanos()) {
        if (database.daos().tokens().findByName(token).isEmpty()) {
          return "token-deleted";
        }
        knownAt = System.nanoTime();
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
