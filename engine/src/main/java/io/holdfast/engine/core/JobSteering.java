package io.holdfast.engine.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.DecisionRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.ledger.JobActivitiesImpl;
import io.holdfast.engine.ledger.MigrationRequests;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.Steps;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What people decide about jobs. A decision is checked and written under the lock of the job's row,
 * so that what {@link #allowed} says is what is accepted; its delivery to the run comes after.
 */
public final class JobSteering {
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
        (daos, job) -> patch == null ? null : JobPatches.resume(daos, job, patch));
  }

  /** {@code instance}: the one that an evacuation goes on without; null: all in its way. */
  public JobRow skip(Submission submission, String id, String reason, @Nullable String instance) {
    return decide(
        submission,
        id,
        JobVerb.SKIP,
        reason,
        (daos, job) -> instance == null ? null : JobPatches.leftOut(daos, job, instance));
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
          requireAnotherPerson(daos, job, verb, submission.caller());
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
          if (!news) {
            daos.decisions().deliverCancelAgain(jobId);
          }
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
  static boolean asksOfAStep(JobRow job) {
    return job.holdActions().contains(JobVerb.ABORT) || job.holdActions().contains(JobVerb.APPROVE);
  }

  /**
   * Whoever asked for a run whose plan wants two persons is the first of them: that one neither
   * approves it, nor has it go on without an approval.
   */
  private static void requireAnotherPerson(Daos daos, JobRow job, JobVerb verb, String caller) {
    if ((verb == JobVerb.APPROVE || (verb == JobVerb.SKIP && lacksApproval(daos, job)))
        && job.request().path(JobRow.TWO_PERSONS).asBoolean()
        && caller.equals(askedBy(daos, job))) {
      throw ProblemException.ofJob(
          ProblemCode.SECOND_PERSON_NEEDED,
          job.id(),
          "%s asked for this run; its plan wants the approval of somebody else".formatted(caller));
    }
  }

  /** True when what is to be skipped is a step of the run's plan that nobody has approved. */
  private static boolean lacksApproval(Daos daos, JobRow job) {
    if (!asksOfAStep(job)) {
      return false;
    }
    Set<String> approvals =
        daos.planRuns().find(job.id()).stream()
            .flatMap(run -> run.definition().steps().stream())
            .filter(placed -> placed.step().kind() == PlanStepKind.APPROVAL)
            .map(placed -> Steps.ofPlan(placed.step().name()))
            .collect(Collectors.toSet());
    return daos.jobs().steps(job.id()).stream()
        .anyMatch(step -> step.state() == StepState.FAILED && approvals.contains(step.name()));
  }

  /** Of a job of a run: who asked for the run. */
  private static String askedBy(Daos daos, JobRow job) {
    return Lookup.uuid(job.request().path("run").asText())
        .flatMap(daos.jobs()::find)
        .map(JobRow::submittedBy)
        .orElseGet(job::submittedBy);
  }

  /** A new job with the same target and request; nothing has to be entered again. */
  public JobRow retry(Submission submission, String id) {
    UUID failedId = Lookup.uuid(id).orElseThrow(() -> Lookup.missing("job"));
    return acceptance.job(
        submission,
        UUID.randomUUID(),
        (daos, jobId) -> {
          JobRow failed = allowing(daos, failedId, JobVerb.RETRY);
          JobRetry.restore(daos, failed, jobId, Moment.now(clock));
          daos.jobs().setRetriedBy(failedId, jobId);
          JsonNode request = JobRetry.request(daos, failed);
          return JobRow.pending(
                  jobId,
                  failed.kind(),
                  failed.targetType(),
                  failed.targetId(),
                  failed.targetName(),
                  request,
                  submission.caller(),
                  Moment.now(clock))
              .with(JobRetry.policy(failed, request))
              .asRetryOf(failedId);
        });
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
}
