package io.holdfast.engine.core;

import io.dropwizard.lifecycle.Managed;
import io.holdfast.engine.db.Database;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the rounds of protection groups as they fall due, and tells of groups whose RPO is not
 * kept. The database is the timer, so it survives every process, and every engine sweeps: a group
 * takes one job at a time, so one of them gets it (see docs/adr/0023).
 */
public final class RoundSweeper implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(RoundSweeper.class);

  /** Who is said to have submitted such a job. */
  static final String SUBMITTER = "schedule";

  private static final long PERIOD_MILLIS = 500;
  private static final int BATCH = 200;

  private final Database database;
  private final ProtectionGroupService groups;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "round-sweeper");
            thread.setDaemon(true);
            return thread;
          });
  private boolean failing; // the timer's thread only

  public RoundSweeper(Database database, ProtectionGroupService groups, Clock clock) {
    this.database = database;
    this.groups = groups;
    this.clock = clock;
  }

  @Override
  public void start() {
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            this::sweepSafely, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    timer.shutdownNow();
  }

  /** An exception would end the schedule. Says once when trouble begins and once when it ends. */
  private void sweepSafely() {
    try {
      sweep();
      if (failing) {
        LOG.info("Protection groups are looked after again");
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("Protection groups cannot be looked after; rounds wait: {}", e.toString());
      }
      failing = true;
    }
  }

  /** One look. */
  void sweep() {
    for (UUID id : database.daos().protectionGroups().due(clock.instant(), BATCH)) {
      groups
          .replicateWhenDue(id, SUBMITTER)
          .ifPresent(job -> LOG.debug("Job {} is a round of {}", job.id(), id));
    }
    database.daos().protectionGroups().tellViolations(clock.instant());
  }
}
