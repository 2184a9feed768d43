package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Database;
import io.holdfast.workflows.activity.DowntimeLedgerActivities;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;

/** See {@link DowntimeLedgerActivities}. */
public final class DowntimeLedgerActivitiesImpl implements DowntimeLedgerActivities {
  private final Database database;

  public DowntimeLedgerActivitiesImpl(Database database) {
    this.database = database;
  }

  @Override
  public void noteStopped(JobId job, InstanceId instance) {
    database.daos().runJobs().noteGuest(job.value(), instance.value(), true);
  }

  @Override
  public boolean hasStopped(JobId job, InstanceId instance) {
    return database.daos().runJobs().ran(job.value(), instance.value()).orElse(false);
  }
}
