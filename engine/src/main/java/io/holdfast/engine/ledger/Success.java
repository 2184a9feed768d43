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

/** The end of a job that succeeded, in one transaction with what it records. */
final class Success {
  private Success() {}

  /** Ends a job as SUCCEEDED; nothing when the job has ended before. */
  static void record(
      Database database,
      Clock clock,
      JobId job,
      List<StepUpdate> updates,
      Function<Daos, JsonNode> record) {
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
