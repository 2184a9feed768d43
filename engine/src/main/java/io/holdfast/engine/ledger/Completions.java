package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** Ends jobs that reached their end. */
final class Completions {
  private final Database database;
  private final Clock clock;

  Completions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Ends a job as SUCCEEDED with what it records; nothing when the job has ended before. */
  void complete(JobId job, List<StepUpdate> updates, Function<Daos, JsonNode> record) {
    database.useTransaction(
        daos -> {
          JobRow row = JobActivitiesImpl.locked(daos, job);
          if (row.state().isFinal()) {
            return;
          }
          StepChanges.write(daos.jobs(), row.id(), updates);
          daos.jobs().skipPendingSteps(row.id());
          JsonNode result = record.apply(daos);
          daos.jobs().succeed(row.id(), result, clock.instant());
        });
  }
}
