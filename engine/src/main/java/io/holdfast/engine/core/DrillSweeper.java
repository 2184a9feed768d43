package io.holdfast.engine.core;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.recovery.DrillPace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins drills as they fall due, and tells of those that are missed or late. The database is the
 * timer, so it survives every process, and every engine sweeps: a plan takes one job at a time, and
 * a schedule's row is locked (see docs/adr/0028).
 */
public final class DrillSweeper extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(DrillSweeper.class);

  /** Who is said to have submitted such a job. */
  static final String SUBMITTER = "drill-schedule";

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final int BATCH = 100;

  /** An engine looks twice a second, so a drill that begins later than this was kept from it. */
  private static final Duration IN_TIME = Duration.ofMinutes(1);

  private final Database database;
  private final Acceptance acceptance;
  private final RunService runs;
  private final Clock clock;

  public DrillSweeper(Database database, Acceptance acceptance, RunService runs, Clock clock) {
    super("drill-sweeper", PERIOD);
    this.database = database;
    this.acceptance = acceptance;
    this.runs = runs;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    for (UUID id : database.daos().drillSchedules().due(clock.instant(), BATCH)) {
      begin(id).ifPresent(job -> LOG.debug("Job {} is a drill of schedule {}", job.id(), id));
    }
    database.daos().rehearsals().tellLate(clock.instant());
  }

  /** One that cannot begin keeps no other schedule from its drill. */
  private Optional<JobRow> begin(UUID id) {
    if (tellMissed(id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          acceptance.job(
              Submission.internal(SUBMITTER, "POST", "/v1/drill-schedules/" + id),
              UUID.randomUUID(),
              (daos, jobId) -> drill(daos, id, jobId)));
    } catch (ProblemException refused) {
      if (refused.code() != ProblemCode.NOT_FOUND) { // else another engine was faster
        miss(id, String.valueOf(refused.getMessage()));
      }
      return Optional.empty();
    }
  }

  private JobRow drill(Daos daos, UUID id, UUID jobId) {
    DrillScheduleRow schedule =
        daos.drillSchedules()
            .lock(id)
            .filter(this::isDue)
            .orElseThrow(() -> Lookup.missing("drill that is due"));
    Instant now = Moment.now(clock);
    DrillPace.Due due = due(schedule, now);
    Instant begins = due.begins();
    if (begins == null) {
      throw Lookup.missing("drill that is due");
    }
    record(daos, schedule, due, "no engine was there to begin it");
    next(daos, schedule, now);
    return runs.drillOf(daos, jobId, schedule, begins, late(begins, now), SUBMITTER);
  }

  private static @Nullable String late(Instant due, Instant now) {
    Duration by = Duration.between(due, now);
    return by.compareTo(IN_TIME) <= 0 ? null : "it began %d s late".formatted(by.toSeconds());
  }

  /** True when all that fell due is too late to begin. */
  private boolean tellMissed(UUID id) {
    return database.inTransaction(
        daos -> {
          Instant now = Moment.now(clock);
          Optional<DrillScheduleRow> schedule = daos.drillSchedules().lock(id).filter(this::isDue);
          if (schedule.isEmpty()) {
            return true;
          }
          DrillPace.Due due = due(schedule.get(), now);
          if (due.begins() != null) {
            return false;
          }
          record(daos, schedule.get(), due, "no engine was there to begin it");
          next(daos, schedule.get(), now);
          return true;
        });
  }

  /** The plan has other work, or what was to be begun is refused. */
  private void miss(UUID id, String reason) {
    database.useTransaction(
        daos -> {
          Instant now = Moment.now(clock);
          daos.drillSchedules()
              .lock(id)
              .filter(this::isDue)
              .ifPresent(
                  schedule -> {
                    DrillPace.Due due = due(schedule, now);
                    record(daos, schedule, due, "no engine was there to begin it");
                    Instant begins = due.begins();
                    if (begins != null) {
                      daos.drillSchedules().addMissed(id, 1, begins, reason);
                    }
                    next(daos, schedule, now);
                  });
        });
  }

  /**
   * One that is in time is made up for by no word of the schedule's: nobody looks at its second.
   */
  private static DrillPace.Due due(DrillScheduleRow schedule, Instant now) {
    Duration catchUp = schedule.catchUp().compareTo(IN_TIME) < 0 ? IN_TIME : schedule.catchUp();
    return DrillTiming.pace(schedule).due(schedule.nextAt(), now, catchUp);
  }

  private static void record(
      Daos daos, DrillScheduleRow schedule, DrillPace.Due due, String reason) {
    Instant last = due.lastMissed();
    if (last != null) {
      daos.drillSchedules().addMissed(schedule.id(), due.missed(), last, reason);
    }
  }

  private static void next(Daos daos, DrillScheduleRow schedule, Instant now) {
    DrillTiming.pace(schedule)
        .next(now)
        .ifPresent(next -> daos.drillSchedules().setNext(schedule.id(), next));
  }

  private boolean isDue(DrillScheduleRow schedule) {
    return !schedule.paused() && !schedule.nextAt().isAfter(clock.instant());
  }
}
