package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The end of a job whose run does not wait for it any more. */
final class Abandonment {
  private static final String WHO = "recovery run";

  private Abandonment() {}

  /**
   * Ends a job that nobody took up at once, and has one that goes on cancelled. The caller holds
   * the row's lock.
   *
   * @return true once the job has ended
   */
  static boolean of(Daos daos, JobRow job, Instant now) {
    if (job.state().isFinal()) {
      return true;
    }
    if (job.state() == JobState.PENDING) {
      JobActivitiesImpl.end(
          daos, job, JobOutcome.of(JobState.CANCELLED, null, true, List.of()), now);
      return true;
    }
    daos.decisions()
        .insert(
            new DecisionRow(
                UUID.randomUUID(),
                job.id(),
                null,
                JobVerb.CANCEL,
                "its run has ended",
                null,
                WHO,
                now,
                null));
    return false;
  }
}
