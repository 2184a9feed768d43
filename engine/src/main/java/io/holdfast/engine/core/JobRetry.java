package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.RecoveryPlanRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.MigrationRequests;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What a retry takes up again: rows that went with the undo, and what must still hold. */
final class JobRetry {
  private static final Set<JobKind> RUNS =
      EnumSet.of(
          JobKind.TEST_PLAN,
          JobKind.FAILOVER_PLAN,
          JobKind.DRILL,
          JobKind.REPROTECT_PLAN,
          JobKind.MIGRATE_PLAN,
          JobKind.FAILBACK_PLAN);

  private JobRetry() {}

  /** As it was, but for what it says of its target's state: others may have changed that since. */
  static JsonNode request(Daos daos, JobRow failed) {
    return switch (failed.kind()) {
      case MAINTAIN_HOST, ACTIVATE_HOST, EVACUATE_HOST -> {
        HostRow host =
            daos.hosts().findById(failed.targetId()).orElseThrow(() -> Lookup.missing("host"));
        ObjectNode request = failed.request().deepCopy();
        yield request.setAll(HostService.stateRequest(daos, host));
      }
      case FAILOVER_PLAN -> {
        ObjectNode request = failed.request().deepCopy();
        yield RunRules.wantsTwoPersons(daos, failed.kind(), plan(daos, failed))
            ? request.put(JobRow.TWO_PERSONS, true)
            : request;
      }
      default -> failed.request();
    };
  }

  /** As it was; a failover waits for the second person that is wanted of it by now. */
  static JobPolicy policy(JobRow failed, JsonNode request) {
    JobPolicy was = failed.policy();
    return new JobPolicy(
        was.onFailure(), was.approval() || request.path(JobRow.TWO_PERSONS).asBoolean());
  }

  /** It may say something else by now than what the run is pinned to. */
  private static RecoveryPlanRow plan(Daos daos, JobRow run) {
    return daos.recoveryPlans()
        .lock(run.targetId())
        .orElseThrow(() -> Lookup.missing("recovery plan any more"));
  }

  /** The rows that went with the undo come back; those of other kinds never went. */
  static void restore(Daos daos, JobRow job, UUID retry, Instant now) {
    if (job.kind() == JobKind.CREATE_INSTANCE) {
      daos.removedRows().restoreInstance(job);
      daos.instances().findById(job.targetId()).ifPresent(row -> requireImage(daos, row));
    } else if (job.kind() == JobKind.RESTORE_POINT || job.kind() == JobKind.CLONE_SNAPSHOT) {
      daos.removedRows().restoreInstance(job);
      daos.instances().findById(job.targetId()).ifPresent(row -> RestorePlan.recheck(daos, row));
    } else if (RUNS.contains(job.kind())) {
      RunRules.requireNotStanding(daos, job.kind(), plan(daos, job));
      daos.planRuns().repeat(job.id(), retry, now);
      daos.rehearsals().repeat(job.id(), retry, now);
    } else if (job.kind() == JobKind.IMPORT_IMAGE) {
      daos.removedRows().restoreImage(job);
    } else if (job.kind() == JobKind.DELETE_IMAGE) {
      daos.images().lock(job.targetId()).ifPresent(row -> daos.images().beginDelete(row.id()));
    } else if (job.kind() == JobKind.CREATE_VOLUME) {
      daos.removedRows().restoreVolume(job);
    } else if (job.kind() == JobKind.SNAPSHOT_INSTANCE) {
      daos.removedRows().restoreSnapshot(job);
      SnapshotTurns.takeAnew(daos, job, retry);
    } else if (job.kind() == JobKind.RESTORE_SNAPSHOT) {
      SnapshotTurns.recheck(daos, job, retry);
    } else if (job.kind() == JobKind.MIGRATE_INSTANCE) {
      daos.instances()
          .findById(job.targetId())
          .ifPresent(
              row ->
                  MigrationService.requireMovable(
                      daos,
                      retry,
                      row,
                      MigrationRequests.host(job.request()),
                      MigrationService.site(daos, job.request())));
    } else if (job.kind() == JobKind.REPLICATE_GROUP) {
      daos.protectionGroups()
          .lock(job.targetId())
          .ifPresent(group -> RoundService.requireRounds(daos, group));
    } else if (job.targetType() == TargetType.VOLUME) {
      VolumeTurns.recheck(daos, job, retry);
    }
    boolean there =
        switch (job.targetType()) {
          case HOST -> daos.hosts().findById(job.targetId()).isPresent();
          case IMAGE -> daos.images().findById(job.targetId()).isPresent();
          case INSTANCE -> daos.instances().findById(job.targetId()).isPresent();
          case LEASE, ORPHAN -> true; // the job looks at host and ledger again
          case PROTECTION_GROUP -> daos.protectionGroups().findById(job.targetId()).isPresent();
          case RECOVERY_PLAN -> daos.recoveryPlans().findById(job.targetId()).isPresent();
          case RECOVERY_POINT -> daos.recoveryPoints().findById(job.targetId()).isPresent();
          case SNAPSHOT -> daos.snapshots().findById(job.targetId()).isPresent();
          case VOLUME -> daos.volumes().findById(job.targetId()).isPresent();
        };
    if (!there) {
      throw Lookup.missing(job.targetType().noun() + " any more");
    }
  }

  /** An image that is being deleted still has its row. */
  private static void requireImage(Daos daos, InstanceRow instance) {
    ImageRow image =
        Optional.ofNullable(instance.imageId())
            .flatMap(daos.images()::keep)
            .orElseThrow(() -> Lookup.missing("image any more"));
    if (image.state() != ImageState.AVAILABLE) {
      throw new ProblemException(
          ProblemCode.IMAGE_NOT_AVAILABLE, "Image %s is %s".formatted(image.name(), image.state()));
    }
  }
}
