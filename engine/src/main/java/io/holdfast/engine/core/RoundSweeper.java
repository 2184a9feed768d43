package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the rounds of protection groups as they fall due, and tells of groups whose RPO is not
 * kept. The database is the timer, so it survives every process, and every engine sweeps: a group
 * takes one job at a time, so one of them gets it (see docs/adr/0023).
 */
public final class RoundSweeper extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(RoundSweeper.class);

  /** Who is said to have submitted such a job. */
  static final String SUBMITTER = "schedule";

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final int BATCH = 200;

  private final Database database;
  private final RoundService rounds;
  private final Clock clock;

  public RoundSweeper(Database database, RoundService rounds, Clock clock) {
    super("round-sweeper", PERIOD);
    this.database = database;
    this.rounds = rounds;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    for (UUID id : database.daos().protectionGroups().due(clock.instant(), BATCH)) {
      rounds
          .replicateWhenDue(id, SUBMITTER)
          .ifPresent(job -> LOG.debug("Job {} is a round of {}", job.id(), id));
    }
    database.daos().protectionGroups().tellViolations(clock.instant());
  }
}
