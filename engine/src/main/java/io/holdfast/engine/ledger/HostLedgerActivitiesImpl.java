package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.HostState;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.activity.HostLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/**
 * See {@link HostLedgerActivities}. A host has one job at a time, so nobody else writes its state
 * meanwhile; what it was before stands in the job's request.
 */
public final class HostLedgerActivitiesImpl implements HostLedgerActivities {
  private final Database database;
  private final Clock clock;

  public HostLedgerActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public void closeHost(JobId job, HostId host) {
    set(job, host, row -> HostState.MAINTENANCE);
  }

  @Override
  public void openHost(JobId job, HostId host) {
    set(job, host, row -> HostState.ACTIVE);
  }

  @Override
  public void restoreHost(JobId job, HostId host) {
    set(job, host, row -> before(row.request()));
  }

  @Override
  public void completeHostState(JobId job, HostId host, List<StepUpdate> updates) {
    Completion.record(database, clock, job, updates, daos -> Results.id(host.value()));
  }

  /** The request of such a job: {@code {"before": "ACTIVE"}}. */
  private static HostState before(JsonNode request) {
    return HostState.valueOf(request.path("before").asText());
  }

  /** The job is locked first, so that a late attempt of one that has ended changes nothing. */
  private void set(JobId job, HostId host, Function<JobRow, HostState> state) {
    database.useTransaction(
        (Daos daos) -> {
          JobRow row = JobActivitiesImpl.lockedOpen(daos, job);
          Lookups.host(daos, host.value());
          daos.hosts().setState(host.value(), state.apply(row));
        });
  }
}
