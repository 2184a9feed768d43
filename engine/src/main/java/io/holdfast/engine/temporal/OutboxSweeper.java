package io.holdfast.engine.temporal;

import io.grpc.StatusRuntimeException;
import io.holdfast.engine.core.Sweep;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.HostId;
import io.temporal.client.WorkflowException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what was accepted and not started: the engine that accepted it died, or Temporal was away;
 * and delivers the decisions about jobs in the same way. Every engine sweeps, since a start can be
 * repeated. It also keeps a watch on each host, and looks for jobs whose run was lost.
 */
public final class OutboxSweeper extends Sweep {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutboxSweeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration WATCH_CHECKED_EVERY = Duration.ofSeconds(15);
  private static final int BATCH = 500;

  private final Database database;
  private final WorkflowStarter starter;
  private final LostRuns lost;
  private final Clock clock;
  private final Map<UUID, Instant> watchCheckedAt = new HashMap<>(); // the timer's thread only

  public OutboxSweeper(Database database, WorkflowStarter starter, Clock clock) {
    super("outbox-sweeper", PERIOD);
    this.database = database;
    this.starter = starter;
    this.lost = new LostRuns(database, starter, clock, BATCH);
    this.clock = clock;
  }

  private static boolean isAway(WorkflowException e) {
    if (!(e.getCause() instanceof StatusRuntimeException answer)) {
      return true;
    }
    return switch (answer.getStatus().getCode()) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> false;
      default -> true; // gRPC's codes, not ours
    };
  }

  /** It ends when Temporal does not answer; a job that it refuses stops no other. */
  @Override
  protected void sweep() {
    for (JobRow job : database.daos().jobs().undispatched(clock.instant().minus(GRACE), BATCH)) {
      try {
        starter.start(job);
      } catch (WorkflowException e) {
        if (isAway(e)) {
          throw e;
        }
        LOGGER.error("Temporal refuses job {}; it stays in the outbox", job.id(), e);
      }
    }
    starter.deliverDecisions();
    lost.look();
    Instant now = clock.instant();
    for (HostRow host : database.daos().hosts().watched()) {
      Instant checked = watchCheckedAt.getOrDefault(host.id(), Instant.MIN);
      if (checked.isBefore(now.minus(WATCH_CHECKED_EVERY))) {
        starter.watch(new HostId(host.id()));
        watchCheckedAt.put(host.id(), now);
      }
    }
  }
}
