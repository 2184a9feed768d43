package io.holdfast.engine.temporal;

import io.holdfast.engine.core.Sweep;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PageRequest.Cursor;
import io.holdfast.workflows.model.HostId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Starts what was accepted and not started: the engine that accepted it died, or Temporal was away;
 * and delivers the decisions about jobs in the same way. Every engine sweeps, since a start can be
 * repeated. It also keeps a watch on each host, and looks for jobs whose run was lost.
 */
public final class OutboxSweeper extends Sweep {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration WATCH_CHECKED_EVERY = Duration.ofSeconds(15);
  private static final int BATCH = 500;

  private final Database database;
  private final WorkflowStarter starter;
  private final LostRuns lost;
  private final OneByOne starts;
  private final Clock clock;
  private final Map<UUID, Instant> watchCheckedAt = new HashMap<>(); // the timer's thread only

  public OutboxSweeper(Database database, WorkflowStarter starter, Clock clock) {
    super("outbox-sweeper", PERIOD);
    this.database = database;
    this.starter = starter;
    this.lost = new LostRuns(database, starter, clock, BATCH);
    this.starts = new OneByOne(clock);
    this.clock = clock;
  }

  /**
   * It ends when Temporal or the database does not answer; nothing else stops what is behind it.
   */
  @Override
  protected void sweep() {
    startJobs();
    starter.deliverDecisions();
    lost.look();
    watchHosts();
  }

  private void startJobs() {
    Instant acceptedBefore = clock.instant().minus(GRACE);
    Optional<Cursor> last = Optional.empty();
    List<JobRow> jobs;
    do {
      jobs = database.daos().jobs().undispatched(acceptedBefore, new PageRequest(last, BATCH));
      for (JobRow job : jobs) {
        last = Optional.of(new Cursor(job.createdAt(), job.id()));
        starts.handOver("Job", job.id(), () -> starter.start(job));
      }
    } while (jobs.size() == BATCH);
  }

  private void watchHosts() {
    Instant now = clock.instant();
    for (HostRow host : database.daos().hosts().watched()) {
      Instant checked = watchCheckedAt.getOrDefault(host.id(), Instant.MIN);
      if (checked.isBefore(now.minus(WATCH_CHECKED_EVERY))) {
        starts.handOver("The watch of host", host.id(), () -> watch(host, now));
      }
    }
  }

  private void watch(HostRow host, Instant now) {
    starter.watch(new HostId(host.id()));
    watchCheckedAt.put(host.id(), now);
  }
}
