package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.errors.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what tests and drills left when their time to live is over: by the same job as a person's
 * {@code :cleanup}, which reads back that it is gone. A run that goes on tidies up by itself.
 */
public final class RunJanitor extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(RunJanitor.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Duration TRIES_AGAIN_AFTER = Duration.ofMinutes(10);
  private static final int BATCH = 20;

  private final Database database;
  private final RunService runs;
  private final Clock clock;

  public RunJanitor(Database database, RunService runs, Clock clock) {
    super("run-janitor", PERIOD);
    this.database = database;
    this.runs = runs;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    Instant now = clock.instant();
    for (UUID run :
        database.daos().rehearsals().expired(now, now.minus(TRIES_AGAIN_AFTER), BATCH)) {
      try {
        UUID job = runs.removeExpired(run).id();
        LOG.info("Job {} removes what run {} left", job, run);
      } catch (ProblemException busy) { // the plan has other work; the next look comes anyway
        LOG.debug("What run {} left stays for now: {}", run, busy.getMessage());
      }
    }
  }
}
