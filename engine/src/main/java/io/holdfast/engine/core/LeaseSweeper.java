package io.holdfast.engine.core;

import io.holdfast.engine.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes instances whose lease has ended, by an ordinary job. The database is the timer, so it
 * survives every process, and a changed lease is just another value in a row. Every engine sweeps:
 * an instance takes one job at a time, so one of them gets it (see docs/adr/0015).
 */
public final class LeaseSweeper extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseSweeper.class);

  /** Who is said to have submitted such a job. */
  static final String SUBMITTER = "lease";

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final int BATCH = 200;

  /** A delete that failed needs a person, or time; it is not sent twice a second. */
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  private final Database database;
  private final InstanceService instances;
  private final Clock clock;

  public LeaseSweeper(Database database, InstanceService instances, Clock clock) {
    super("lease-sweeper", PERIOD);
    this.database = database;
    this.instances = instances;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    Instant now = clock.instant();
    for (UUID id :
        database.daos().instances().leasesEnded(now, SUBMITTER, now.minus(AFTER_FAILURE), BATCH)) {
      instances
          .deleteWhenLeaseEnded(id, SUBMITTER)
          .ifPresent(job -> LOG.info("Job {} deletes {}: its lease ended", job.id(), id));
    }
  }
}
