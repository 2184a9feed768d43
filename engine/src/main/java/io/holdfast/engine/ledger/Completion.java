package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** The end of a job that reached it. */
final class Completion {
  private Completion() {}

  /** Ends a job as SUCCEEDED with what it records; nothing when the job has ended before. */
  static void write(
      Daos daos,
      JobId job,
      List<StepUpdate> updates,
      Instant now,
      Function<JobRow, JsonNode> record) {
    JobRow row = JobActivitiesImpl.locked(daos, job);
    if (row.state().isFinal()) {
      return;
    }
    StepChanges.write(daos.jobs(), row.id(), updates);
    JsonNode result = record.apply(row);
    daos.jobs().succeed(row.id(), result, now);
  }

  /** As {@link #write}, in a transaction of its own, of what does not look at the job's row. */
  static void record(
      Database database,
      Clock clock,
      JobId job,
      List<StepUpdate> updates,
      Function<Daos, JsonNode> record) {
    database.useTransaction(
        daos -> write(daos, job, updates, clock.instant(), row -> record.apply(daos)));
  }
}
