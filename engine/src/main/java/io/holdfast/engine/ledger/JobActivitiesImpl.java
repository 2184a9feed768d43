package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.JobRow;
import io.holdfast.workflows.activity.JobActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link JobActivities}. The job's row lock orders attempts that run at once. */
public final class JobActivitiesImpl implements JobActivities {
  private static final Logger LOG = LoggerFactory.getLogger(JobActivitiesImpl.class);

  private final Database database;
  private final Clock clock;

  public JobActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public void recordSteps(JobId job, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          // Without its row (a database restored to an older state) a job is still worth undoing.
          JobRow row = daos.jobs().lock(job.value()).orElse(null);
          if (row == null) {
            LOG.warn("There is no job {}; its steps go unrecorded", job);
          } else if (!row.state().isFinal()) {
            StepChanges.write(daos.jobs(), row.id(), updates);
            daos.jobs().touch(row.id(), clock.instant());
          }
        });
  }

  @Override
  public void endJob(JobId job, JobOutcome outcome, List<StepUpdate> updates) {
    Instant now = clock.instant();
    database.useTransaction(
        daos -> {
          JobRow row = locked(daos, job);
          if (row.state().isFinal()) {
            return;
          }
          StepChanges.write(daos.jobs(), row.id(), updates);
          daos.jobs()
              .end(
                  row.id(),
                  outcome.state(),
                  leftovers(outcome),
                  outcome.failure(),
                  outcome.undone(),
                  now);
          clear(daos, row, outcome.undone());
        });
  }

  /**
   * What a job that did not succeed leaves of its target. An instance with leftovers keeps its row,
   * place, addresses and capacity, since what is left may still use them; its delete gives them
   * back. Without leftovers its claim goes with the row, also one of an attempt that came late. A
   * volume that could not be taken out again counts as attached, so that a detach can be sent.
   */
  private static void clear(Daos daos, JobRow job, boolean undone) {
    switch (job.kind()) {
      case CREATE_INSTANCE -> {
        if (undone) {
          daos.instances().delete(job.targetId());
        }
      }
      case IMPORT_IMAGE -> {
        if (undone) {
          daos.images().tryDelete(job.targetId());
        }
      }
      case CREATE_VOLUME -> {
        if (undone) {
          daos.volumes().delete(job.targetId());
        }
      }
      case ATTACH_VOLUME -> {
        if (!undone) {
          daos.volumes().setInstance(job.targetId(), VolumeRequests.instance(job.request()));
        }
      }
      case DELETE_INSTANCE,
          POWER_INSTANCE,
          DISCOVER_HOST,
          DELETE_VOLUME,
          DETACH_VOLUME,
          RESIZE_INSTANCE,
          RESIZE_VOLUME -> {} // the target stays what it is
    }
  }

  private static @Nullable ObjectNode leftovers(JobOutcome outcome) {
    if (outcome.leftovers().isEmpty()) {
      return null;
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode lines = result.putArray("leftovers");
    outcome.leftovers().forEach(lines::add);
    return result;
  }

  static JobRow locked(Daos daos, JobId job) {
    return daos.jobs()
        .lock(job.value())
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no job " + job));
  }
}
