package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.ImageRow;
import io.holdfast.engine.db.ImageState;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.SiteRow;
import io.holdfast.engine.db.TargetType;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.MigrationRequests;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What people decide about jobs. A decision is checked and written under the lock of the job's row,
 * so that what {@link #allowed} says is what is accepted; its delivery to the run comes after.
 */
public final class JobSteering {
  private static final Set<JobKind> RUNS =
      EnumSet.of(
          JobKind.TEST_PLAN,
          JobKind.FAILOVER_PLAN,
          JobKind.DRILL,
          JobKind.REPROTECT_PLAN,
          JobKind.MIGRATE_PLAN,
          JobKind.FAILBACK_PLAN);

  private final Acceptance acceptance;
  private final Consumer<DecisionRow> deliverer;
  private final Clock clock;

  /**
   * {@code deliverer}: hands a committed decision to the job's run without waiting; may lose it.
   */
  public JobSteering(Acceptance acceptance, Consumer<DecisionRow> deliverer, Clock clock) {
    this.acceptance = acceptance;
    this.deliverer = deliverer;
    this.clock = clock;
  }

  /** A change of a job's input: host and site by id or name; null leaves it as it was. */
  public record Patch(@Nullable String host, @Nullable String site) {}

  /** The verbs that the job takes now. */
  public static List<JobVerb> allowed(JobRow job) {
    return switch (job.state()) {
      case PENDING, RUNNING, BLOCKED, WAITING_FOR_APPROVAL -> {
        List<JobVerb> verbs = new ArrayList<>(job.holdActions());
        verbs.add(JobVerb.CANCEL);
        if (job.kind() == JobKind.MIGRATE_INSTANCE) {
          verbs.add(JobVerb.LIMIT);
        }
        yield List.copyOf(verbs);
      }
      case FAILED, CANCELLED ->
          job.retryable() && job.retriedBy() == null && job.kind() != JobKind.PROMOTE_INSTANCE
              ? List.of(JobVerb.RETRY)
              : List.of();
      case SUCCEEDED -> List.of();
    };
  }

  /** Anything but a retry. {@code patch}: for a resume. */
  public JobRow decide(
      Submission submission,
      String id,
      JobVerb verb,
      @Nullable String reason,
      @Nullable Patch patch) {
    return decide(
        submission,
        id,
        verb,
        reason,
        (daos, job) -> patch == null ? null : resolved(daos, job, patch));
  }

  /** {@code instance}: the one that an evacuation goes on without; null: all in its way. */
  public JobRow skip(Submission submission, String id, String reason, @Nullable String instance) {
    return decide(
        submission,
        id,
        JobVerb.SKIP,
        reason,
        (daos, job) -> instance == null ? null : leftOut(daos, job, instance));
  }

  /** Other limits for a migration; those that are null stay. What a retry takes over, too. */
  public JobRow limit(
      Submission submission,
      String id,
      @Nullable String reason,
      @Nullable Long bandwidthMiBps,
      @Nullable Integer maxDowntimeMillis) {
    ObjectNode limits = MigrationRequests.limits(bandwidthMiBps, maxDowntimeMillis);
    if (limits.isEmpty()) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "bandwidthMiBps",
          "bandwidthMiBps: say what is to change: bandwidthMiBps, maxDowntimeMs, or both");
    }
    return decide(
        submission,
        id,
        JobVerb.LIMIT,
        reason,
        (daos, job) -> {
          daos.jobs().patchRequest(job.id(), limits);
          return limits;
        });
  }

  private JobRow decide(
      Submission submission,
      String id,
      JobVerb verb,
      @Nullable String reason,
      BiFunction<Daos, JobRow, @Nullable ObjectNode> patch) {
    UUID jobId = Lookup.uuid(id).orElseThrow(() -> Lookup.missing("job"));
    UUID decisionId = UUID.randomUUID();
    return acceptance.decision(
        submission,
        jobId,
        daos -> {
          JobRow job = allowing(daos, jobId, verb);
          requireAnotherPerson(job, verb, submission.caller());
          DecisionRow decision =
              new DecisionRow(
                  decisionId,
                  jobId,
                  answers(verb) ? job.hold() : null,
                  verb,
                  reason,
                  patch.apply(daos, job),
                  submission.caller(),
                  Moment.now(clock),
                  null);
          boolean news = daos.decisions().insert(decision) > 0;
          boolean closes = answers(verb) || (verb == JobVerb.CANCEL && asksOfAStep(job));
          daos.jobs().decided(jobId, closes);
          if (job.state() == JobState.PENDING && verb == JobVerb.CANCEL) {
            cancelPending(daos, job, decision);
          }
          return news ? Optional.of(decision) : Optional.empty();
        },
        deliverer);
  }

  /** False for what answers no question. */
  private static boolean answers(JobVerb verb) {
    return verb != JobVerb.CANCEL && verb != JobVerb.LIMIT;
  }

  /**
   * False while an undo asks: nobody can cancel that, so a cancel leaves the question open, and a
   * patch has nothing to start over.
   */
  private static boolean asksOfAStep(JobRow job) {
    return job.holdActions().contains(JobVerb.ABORT) || job.holdActions().contains(JobVerb.APPROVE);
  }

  /** Whoever asked for a run whose plan wants two persons is the first of them. */
  private static void requireAnotherPerson(JobRow job, JobVerb verb, String caller) {
    if (verb == JobVerb.APPROVE
        && job.request().path(RunService.TWO_PERSONS).asBoolean()
        && caller.equals(job.submittedBy())) {
      throw ProblemException.ofJob(
          ProblemCode.SECOND_PERSON_NEEDED,
          job.id(),
          "%s asked for this run; its plan wants the approval of somebody else".formatted(caller));
    }
  }

  /** A new job with the same target and request; nothing has to be entered again. */
  public JobRow retry(Submission submission, String id) {
    UUID failedId = Lookup.uuid(id).orElseThrow(() -> Lookup.missing("job"));
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          JobRow failed = allowing(daos, failedId, JobVerb.RETRY);
          restore(daos, failed, jobId, Moment.now(clock));
          daos.jobs().setRetriedBy(failedId, jobId);
          return JobRow.pending(
                  jobId,
                  failed.kind(),
                  failed.targetType(),
                  failed.targetId(),
                  failed.targetName(),
                  request(daos, failed),
                  submission.caller(),
                  Moment.now(clock))
              .with(failed.policy())
              .asRetryOf(failedId);
        });
  }

  /** As it was, but for what it says of its target's state: others may have changed that since. */
  private static JsonNode request(Daos daos, JobRow failed) {
    return switch (failed.kind()) {
      case MAINTAIN_HOST, ACTIVATE_HOST, EVACUATE_HOST -> {
        HostRow host =
            daos.hosts().findById(failed.targetId()).orElseThrow(() -> Lookup.missing("host"));
        ObjectNode request = failed.request().deepCopy();
        yield request.setAll(HostService.stateRequest(daos, host));
      }
      default -> failed.request();
    };
  }

  private static JobRow allowing(Daos daos, UUID id, JobVerb verb) {
    JobRow job = daos.jobs().lock(id).orElseThrow(() -> Lookup.missing("job"));
    List<JobVerb> allowed = allowed(job);
    if (!allowed.contains(verb)) {
      throw ProblemException.ofJob(
          ProblemCode.ACTION_NOT_ALLOWED,
          id,
          "The job is %s; it takes %s"
              .formatted(
                  job.state(),
                  allowed.isEmpty()
                      ? "no action"
                      : String.join(", ", allowed.stream().map(JobVerb::code).toList())));
    }
    return job;
  }

  /**
   * A job that did nothing yet ends at once, whether Temporal answers or not. A run of it that
   * begins later finds it ended, and does nothing.
   */
  private void cancelPending(Daos daos, JobRow job, DecisionRow decision) {
    daos.decisions().markDelivered(decision.id(), decision.decidedAt());
    JobOutcome outcome = JobOutcome.of(JobState.CANCELLED, null, true, List.of());
    JobActivitiesImpl.end(daos, job, outcome, clock.instant());
  }

  /** The rows that went with the undo come back; those of other kinds never went. */
  private static void restore(Daos daos, JobRow job, UUID retry, Instant now) {
    if (job.kind() == JobKind.CREATE_INSTANCE) {
      daos.removedRows().restoreInstance(job);
      daos.instances().findById(job.targetId()).ifPresent(row -> requireImage(daos, row));
    } else if (job.kind() == JobKind.RESTORE_POINT || job.kind() == JobKind.CLONE_SNAPSHOT) {
      daos.removedRows().restoreInstance(job);
      daos.instances().findById(job.targetId()).ifPresent(row -> RestorePlan.recheck(daos, row));
    } else if (RUNS.contains(job.kind())) {
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
      SnapshotTurns.recheck(daos, job, retry);
    } else if (job.kind() == JobKind.RESTORE_SNAPSHOT) {
      SnapshotTurns.recheck(daos, job, retry);
    } else if (job.kind() == JobKind.MIGRATE_INSTANCE) {
      daos.instances()
          .findById(job.targetId())
          .ifPresent(row -> MigrationService.requireMovable(daos, row));
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

  private static ObjectNode leftOut(Daos daos, JobRow job, String reference) {
    if (job.kind() != JobKind.EVACUATE_HOST) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance: only an evacuation leaves one out, not " + job.kind());
    }
    UUID instance =
        Lookup.inField(
                "instance",
                "instance",
                reference,
                daos.instances()::findById,
                daos.instances()::findByName)
            .id();
    if (daos.evacuations().find(job.id(), instance).isEmpty()) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "instance",
          "instance: the evacuation moves no instance " + reference);
    }
    return JsonNodeFactory.instance.objectNode().put("instance", instance.toString());
  }

  private static ObjectNode resolved(Daos daos, JobRow job, Patch patch) {
    if (job.kind() != JobKind.CREATE_INSTANCE && job.kind() != JobKind.MIGRATE_INSTANCE) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD,
          "patch",
          "patch: only the creation or migration of an instance takes one, not " + job.kind());
    }
    if (!asksOfAStep(job)) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, "patch", "patch: the job is being undone and takes none now");
    }
    ObjectNode resolved = JsonNodeFactory.instance.objectNode();
    UUID siteId =
        job.kind() == JobKind.MIGRATE_INSTANCE
            ? null
            : daos.instances().findById(job.targetId()).map(InstanceRow::siteId).orElse(null);
    if (patch.site() != null) {
      SiteRow site =
          Lookup.inField(
              "site", "patch.site", patch.site(), daos.sites()::findById, daos.sites()::findByName);
      siteId = site.id();
      resolved.put("site", siteId.toString());
    }
    if (patch.host() != null) {
      HostRow host =
          Lookup.inField(
              "host", "patch.host", patch.host(), daos.hosts()::findById, daos.hosts()::findByName);
      if (siteId != null && !siteId.equals(host.siteId())) {
        throw ProblemException.ofField(
            ProblemCode.INVALID_FIELD,
            "patch.host",
            "patch.host: %s is not at the site that the instance must be at"
                .formatted(host.name()));
      }
      resolved.put("host", host.id().toString());
      if (job.kind() == JobKind.MIGRATE_INSTANCE) {
        resolved.putNull("site"); // the one that was asked for before
      }
    }
    return resolved;
  }
}
