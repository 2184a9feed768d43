package io.holdfast.engine.temporal;

import io.holdfast.engine.core.Sweep;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.EndedJobDao;
import io.holdfast.engine.db.EndedJobDao.EndedJob;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PageRequest.Cursor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes jobs that ended long ago and that nothing needs any more: once an hour it goes through
 * all that are old enough, some pages a minute, so that whoever has millions of them waits for
 * nothing. What an engine that dies has not removed, another one does.
 *
 * <p>A job whose run has not ended stays: the run may be about to repeat a call that the ledger has
 * answered, and would take a job that is gone for one that failed. So nothing goes while Temporal
 * does not answer.
 */
public final class JobJanitor extends Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(JobJanitor.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration BEGINS_ANEW_AFTER = Duration.ofHours(1);
  private static final int AT_ONCE = 500;
  private static final int PAGES = 20;

  private final Database database;
  private final Predicate<JobRow> hasRun;
  private final int days;
  private final int atOnce;
  private final int pages;
  private final Clock clock;

  /** How far a pass came that goes on; empty when the next look begins one. */
  private Optional<Cursor> last = Optional.empty();

  private Instant begins = Instant.EPOCH;

  /** {@code days}: how long jobs are kept, at least 1. */
  public JobJanitor(Database database, WorkflowStarter starter, int days, Clock clock) {
    this(database, starter::hasRun, days, AT_ONCE, PAGES, clock);
  }

  /**
   * @param hasRun throws when nobody knows
   * @param atOnce jobs that are looked at, and removed, at once
   * @param pages so often in one look
   */
  JobJanitor(
      Database database, Predicate<JobRow> hasRun, int days, int atOnce, int pages, Clock clock) {
    super("job-janitor", PERIOD);
    this.database = database;
    this.hasRun = hasRun;
    this.days = days;
    this.atOnce = atOnce;
    this.pages = pages;
    this.clock = clock;
  }

  @Override
  protected void sweep() {
    if (clock.instant().isBefore(begins)) {
      return;
    }
    EndedJobDao jobs = database.daos().endedJobs();
    int removed = 0;
    for (int page = 0; page < pages; page++) {
      List<EndedJob> old = jobs.endedBefore(days, new PageRequest(last, atOnce));
      if (old.isEmpty()) {
        last = Optional.empty();
        begins = clock.instant().plus(BEGINS_ANEW_AFTER);
        break;
      }
      Optional<Integer> gone = jobs.remove(over(jobs, old));
      if (gone.isEmpty()) {
        break; // another engine is at it
      }
      removed += gone.get();
      last = Optional.of(old.get(old.size() - 1).cursor());
    }
    if (removed > 0) {
      LOG.info("Removed {} jobs that ended more than {} days ago", removed, days);
    }
  }

  private List<UUID> over(EndedJobDao jobs, List<EndedJob> old) {
    return jobs.unneeded(old.stream().map(EndedJob::id).toList()).stream()
        .filter(hasRun.negate())
        .map(JobRow::id)
        .toList();
  }
}
