package io.holdfast.engine.core;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobPulse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells waiters of jobs' changes, whichever engine made them: one query for all waiters, twenty
 * times a second, while there are any.
 */
public final class JobWatch implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final long PERIOD_MILLIS = 50;

  private final Database database;
  private final Clock clock;
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "job-watch");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean stopped;

  public JobWatch(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Who waits for what, and until when. */
  private record Waiter(
      UUID job,
      boolean forItsEnd,
      Predicate<JobPulse> enough,
      Instant deadline,
      Runnable answer,
      Consumer<Throwable> fail) {
    void finish() {
      try {
        answer.run();
      } catch (RuntimeException e) {
        fail.accept(e);
      }
    }
  }

  /** Runs {@code answer} once the job has ended or the patience has: at once when there is none. */
  public void whenFinal(UUID job, Duration patience, Runnable answer, Consumer<Throwable> fail) {
    await(job, true, patience, pulse -> pulse.state().isFinal(), answer, fail);
  }

  /** As {@link #whenFinal}, once the job's revision is another. */
  public void whenChanged(
      UUID job, long revision, Duration patience, Runnable answer, Consumer<Throwable> fail) {
    await(job, false, patience, pulse -> pulse.revision() != revision, answer, fail);
  }

  private void await(
      UUID job,
      boolean forItsEnd,
      Duration patience,
      Predicate<JobPulse> enough,
      Runnable answer,
      Consumer<Throwable> fail) {
    Waiter waiter =
        new Waiter(job, forItsEnd, enough, clock.instant().plus(patience), answer, fail);
    if (patience.isZero()) {
      waiter.finish();
      return;
    }
    waiters.add(waiter);
    if (stopped) { // it may have come after the last of the others was answered
      answerAll();
    }
  }

  @Override
  public void start() {
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::lookSafely, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Answers everybody as things stand, so that no caller hangs on an engine that goes. */
  @Override
  public void stop() {
    stopped = true;
    timer.shutdownNow();
    answerAll();
  }

  private void answerAll() {
    for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
      waiter.finish();
    }
  }

  /** An exception would end the schedule, and every later waiter would hang. */
  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.error("Somebody who waits for a job could not be answered", e);
    }
  }

  private void look() {
    if (waiters.isEmpty()) {
      return;
    }
    Map<UUID, JobPulse> pulses = pulses();
    Instant now = clock.instant();
    for (Waiter waiter : List.copyOf(waiters)) {
      @Nullable JobPulse pulse = pulses.get(waiter.job());
      if ((pulse != null && waiter.enough().test(pulse)) || now.isAfter(waiter.deadline())) {
        waiters.remove(waiter);
        waiter.finish();
      }
    }
  }

  /** Nothing when the database does not answer: waiters then wait on, until their deadline. */
  private Map<UUID, JobPulse> pulses() {
    try {
      List<UUID> ids = waiters.stream().map(Waiter::job).distinct().toList();
      List<UUID> watched =
          waiters.stream().filter(one -> !one.forItsEnd()).map(Waiter::job).distinct().toList();
      return database.daos().jobs().pulses(ids, watched).stream()
          .collect(Collectors.toMap(JobPulse::id, p -> p));
    } catch (RuntimeException e) {
      LOG.warn("Cannot look after {} waiters: {}", waiters.size(), e.getMessage());
      return Map.of();
    }
  }
}
