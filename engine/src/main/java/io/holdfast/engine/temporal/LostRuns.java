package io.holdfast.engine.temporal;

import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.PageRequest;
import io.holdfast.engine.db.PageRequest.Cursor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds jobs that nobody works on although they have not ended: somebody terminated the run,
 * Temporal ended it because its history had grown too long, or Temporal lost its store. Such a job
 * runs again from its first step and adopts what the lost run left.
 */
final class LostRuns {
  private static final Logger LOGGER = LoggerFactory.getLogger(LostRuns.class);
  private static final Duration LOOKED_FOR_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final WorkflowStarter starter;
  private final Clock clock;
  private final int atOnce;
  private final OneByOne revivals;
  private Instant lookedAt = Instant.MIN;

  /** {@code atOnce}: so many jobs are read at once. */
  LostRuns(Database database, WorkflowStarter starter, Clock clock, int atOnce) {
    this.database = database;
    this.starter = starter;
    this.clock = clock;
    this.atOnce = atOnce;
    this.revivals = new OneByOne(clock);
  }

  /**
   * Looks once a minute; one thread at a time. Throws when Temporal or the database does not
   * answer: the next call looks again.
   */
  void look() {
    Instant now = clock.instant();
    if (lookedAt.isAfter(now.minus(LOOKED_FOR_EVERY))) {
      return;
    }
    Optional<Cursor> last = Optional.empty();
    List<JobRow> jobs;
    do {
      jobs = running(now, last);
      for (JobRow job : jobs) {
        last = Optional.of(new Cursor(Objects.requireNonNull(job.dispatchedAt()), job.id()));
        revivals.handOver("Job without a run", job.id(), () -> reviveIfLost(job));
      }
    } while (jobs.size() == atOnce);
    lookedAt = now;
  }

  private List<JobRow> running(Instant now, Optional<Cursor> last) {
    PageRequest page = new PageRequest(last, atOnce);
    return database.daos().jobs().running(now.minus(LOOKED_FOR_EVERY), page);
  }

  private void reviveIfLost(JobRow job) {
    if (!starter.hasRun(job)) {
      startAgain(job);
    }
  }

  /**
   * The job's lock is held while Temporal takes it: no run can end the job meanwhile, so none that
   * has ended is started again, and of two engines the second finds the first one's run. The new
   * run has a generation of its own: calls of the lost one that come late are refused.
   *
   * <p>That it is to hear of the job's cancel is committed before: an engine may die when Temporal
   * has the run and the ledger does not know of it.
   */
  private void startAgain(JobRow lost) {
    database.daos().decisions().deliverCancelAgain(lost.id());
    database.useTransaction(
        daos ->
            daos.jobs()
                .lock(lost.id())
                .filter(job -> !job.state().isFinal() && !starter.hasRun(job))
                .filter(job -> daos.jobs().activeJobOf(job.id()).isEmpty()) // which releases it
                .ifPresent(
                    job -> {
                      LOGGER.warn("Job {} has lost its run; it runs from its first step", job.id());
                      starter.startAgain(job.inGeneration(daos.jobs().nextGeneration(job.id())));
                    }));
  }
}
