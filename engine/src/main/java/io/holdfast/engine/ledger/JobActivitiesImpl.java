package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.Database;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPointState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.workflows.activity.JobActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link JobActivities}. The job's row lock orders attempts that run at once. */
public final class JobActivitiesImpl implements JobActivities {
  private static final Logger LOG = LoggerFactory.getLogger(JobActivitiesImpl.class);

  /** What a round failed for is often over by then; the next one takes another moment. */
  private static final Duration ROUND_AGAIN = Duration.ofSeconds(5);

  private final Database database;
  private final Clock clock;

  public JobActivitiesImpl(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public boolean recordSteps(
      JobId job, List<StepUpdate> updates, @Nullable JobHold hold, long atMillis) {
    return database.inTransaction(
        daos -> {
          if (daos.jobs()
              .touch(job.value(), hold, Instant.ofEpochMilli(atMillis), clock.instant())) {
            StepChanges.write(daos.jobs(), job.value(), updates);
            return true;
          }
          // Without its row (a database restored to an older state) a job is still worth undoing.
          boolean isThere = daos.jobs().state(job.value()).isPresent();
          if (!isThere) {
            LOG.warn("There is no job {}; its steps go unrecorded", job);
          }
          return !isThere;
        });
  }

  @Override
  public void applyPatch(JobId job, UUID decision) {
    database.useTransaction(
        daos -> {
          JobRow row = locked(daos, job);
          JsonNode patch =
              daos.decisions()
                  .find(decision)
                  .map(DecisionRow::patch)
                  .orElseThrow(
                      () -> Failures.of(FailureType.NOT_FOUND, "There is no such decision"));
          Patches.apply(daos, row, patch);
        });
  }

  @Override
  public void endJob(JobId job, JobOutcome outcome, List<StepUpdate> updates) {
    database.useTransaction(
        daos -> {
          JobRow row = locked(daos, job);
          if (!row.state().isFinal()) {
            StepChanges.write(daos.jobs(), row.id(), updates);
            end(daos, row, outcome, clock.instant());
          }
        });
  }

  /**
   * Ends a job that did not succeed, in the transaction that holds its row's lock.
   *
   * <p>An instance with leftovers keeps its row, place, addresses and capacity, since what is left
   * may still use them; its delete gives them back. Without leftovers its claim goes with the row,
   * also one of an attempt that came late. What is removed is kept with the job, for a retry.
   *
   * <p>A volume that could not be taken out again counts as attached, so that a detach can be sent.
   */
  public static void end(Daos daos, JobRow row, JobOutcome outcome, Instant now) {
    daos.jobs()
        .end(
            row.id(),
            outcome.state(),
            Results.leftovers(outcome),
            outcome.failure(),
            outcome.undone(),
            now);
    clear(daos, row, outcome.undone(), now);
    if (row.kind() == JobKind.REPLICATE_GROUP && outcome.state() == JobState.FAILED) {
      daos.protectionGroups().bringForward(row.targetId(), row.id(), now.plus(ROUND_AGAIN));
    }
  }

  private static void clear(Daos daos, JobRow job, boolean undone, Instant now) {
    switch (job.kind()) {
      case CREATE_INSTANCE, RESTORE_POINT, CLONE_SNAPSHOT -> {
        if (undone) {
          daos.removedRows().keepInstance(job.id());
          daos.instances().delete(job.targetId());
        }
      }
      case PROMOTE_INSTANCE -> { // its run makes another one when it tries again
        if (undone) {
          daos.instances().delete(job.targetId());
        }
      }
      case TEST_PLAN, FAILOVER_PLAN, DRILL, REPROTECT_PLAN, MIGRATE_PLAN, FAILBACK_PLAN ->
          daos.planRuns().setEnded(job.id(), RunVerdict.FAILED, null, null, now);
      case IMPORT_IMAGE -> {
        if (undone) {
          daos.removedRows().keepImage(job.id());
          daos.images().tryDelete(job.targetId());
        }
      }
      case DELETE_IMAGE -> daos.images().endDelete(job.targetId(), undone);
      case DELETE_INSTANCE,
          POWER_INSTANCE,
          SCAN_HOST,
          DELETE_ORPHAN,
          ADOPT_ORPHAN,
          RESIZE_INSTANCE,
          DISCOVER_HOST,
          MAINTAIN_HOST,
          ACTIVATE_HOST,
          DELETE_VOLUME,
          DETACH_VOLUME,
          RESIZE_VOLUME,
          VERIFY_POINT,
          DELETE_GROUP,
          CLEANUP_PLAN,
          RESTORE_SNAPSHOT,
          DELETE_SNAPSHOT,
          RELEASE_LEASE -> {
        // the target stays what it is
      }
      case MIGRATE_INSTANCE -> {
        if (undone) {
          daos.migrations()
              .delete(job.targetId(), job.id()); // also the claim of an attempt that came late
        }
      }
      case EVACUATE_HOST -> daos.evacuations().release(job.id(), now);
      case CREATE_VOLUME -> {
        if (undone) {
          daos.removedRows().keepVolume(job.id());
          daos.volumes().delete(job.targetId());
        }
      }
      case SNAPSHOT_INSTANCE -> {
        if (undone) {
          daos.removedRows().keepSnapshot(job.id());
          daos.snapshots().delete(job.targetId());
        }
      }
      case REPLICATE_GROUP -> {
        if (!undone) { // whatever is left of a half made point is for the next round to remove
          daos.recoveryPoints()
              .lockOfJob(job.id())
              .filter(point -> Rounds.isHalfMade(point.state()))
              .ifPresent(
                  point -> daos.recoveryPoints().setState(point.id(), RecoveryPointState.RETIRED));
        }
      }
      case ATTACH_VOLUME -> {
        if (!undone) {
          daos.volumes().setInstance(job.targetId(), VolumeRequests.instance(job.request()), now);
        }
      }
    }
  }

  /** A late attempt of a job that has ended changes nothing: it fails with NOT_FOUND. */
  static JobRow lockedOpen(Daos daos, JobId job) {
    JobRow row = locked(daos, job);
    if (row.state().isFinal()) {
      throw Failures.of(FailureType.NOT_FOUND, "The job has ended");
    }
    return row;
  }

  static JobRow locked(Daos daos, JobId job) {
    return daos.jobs()
        .lock(job.value())
        .orElseThrow(() -> Failures.of(FailureType.NOT_FOUND, "There is no job " + job));
  }
}
