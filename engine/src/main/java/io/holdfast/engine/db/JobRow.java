package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobPolicy.OnFailure;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A job: accepted once, for ever.
 *
 * @param request what a run needs besides its target; an object
 * @param result what it made or left over; null until its end
 * @param error why it failed, or null
 * @param undone true only when every undo was carried out
 * @param dispatchedAt when Temporal took it; null is the outbox
 * @param revision grows with each change, for long polls
 * @param onFailure what happens when a step has used up its retries
 * @param approval true when it waits for a person's approval before its first step
 * @param hold the question that is open, or null; see {@link io.holdfast.workflows.model.JobHold}
 * @param holdActions what answers it
 * @param retryable false when what it needs went with its undo
 * @param retryOf the job that this one repeats, or null
 * @param retriedBy the job that repeats this one, or null
 * @param generation of its last run; orders all runs on a target, whichever job they belong to
 * @param aliveAt when its run was last heard of
 */
public record JobRow(
    UUID id,
    String project,
    JobKind kind,
    TargetType targetType,
    UUID targetId,
    String targetName,
    JobState state,
    @Json JsonNode request,
    @Json @Nullable JsonNode result,
    @Json @Nullable JobFailure error,
    boolean undone,
    String submittedBy,
    Instant createdAt,
    @Nullable Instant dispatchedAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    long revision,
    OnFailure onFailure,
    boolean approval,
    @Nullable UUID hold,
    @Json List<JobVerb> holdActions,
    boolean retryable,
    @Nullable UUID retryOf,
    @Nullable UUID retriedBy,
    long generation,
    @Nullable Instant aliveAt) {
  /** In the request of a plan's run: the names of its tiers. */
  public static final String TIERS = "tiers";

  /** In the request of a plan's run: by tier, the names of what is done before it. */
  public static final String BEFORE = "before";

  /** As {@link #BEFORE}, of what is done after it. */
  public static final String AFTER = "after";

  /** In the request of a restore in place: true when the guest is to go on from its memory. */
  public static final String MEMORY = "memory";

  /** In the request of a plan's run and its promotions: who approves is not who asked for it. */
  public static final String TWO_PERSONS = "twoPersons";

  public JobRow {
    result = result == null || result.isNull() ? null : result; // JDBI reads SQL's null as JSON's
  }

  /** A job as it is accepted. */
  public static JobRow pending(
      UUID id,
      JobKind kind,
      TargetType targetType,
      UUID targetId,
      String targetName,
      JsonNode request,
      String submittedBy,
      Instant createdAt) {
    return new JobRow(
        id,
        "default",
        kind,
        targetType,
        targetId,
        targetName,
        JobState.PENDING,
        request,
        null,
        null,
        false,
        submittedBy,
        createdAt,
        null,
        null,
        null,
        0,
        OnFailure.ROLLBACK,
        false,
        null,
        List.of(),
        true,
        null,
        null,
        0,
        null);
  }

  /** The job with what its caller wants of the run. */
  public JobRow with(JobPolicy policy) {
    return with(policy, retryOf, generation);
  }

  /** The job as a repetition of another one. */
  public JobRow asRetryOf(UUID job) {
    return with(policy(), job, generation);
  }

  /** The names of its steps in order: those of its kind, and of the tiers and steps of its plan. */
  public List<String> steps() {
    if (kind == JobKind.PROMOTE_INSTANCE) {
      return kind.steps(names(request.path(BEFORE)), names(request.path(AFTER)));
    }
    if (kind == JobKind.RESTORE_SNAPSHOT && request.path(MEMORY).asBoolean()) {
      return kind.stepsWithMemory();
    }
    List<String> ofPlan = new ArrayList<>();
    for (JsonNode tier : request.path(TIERS)) {
      ofPlan.addAll(names(request.path(BEFORE).path(tier.asText())));
      ofPlan.add(Steps.recoverTier(tier.asText()));
      ofPlan.addAll(names(request.path(AFTER).path(tier.asText())));
    }
    return kind.steps(ofPlan);
  }

  private static List<String> names(JsonNode steps) {
    List<String> names = new ArrayList<>();
    steps.forEach(step -> names.add(Steps.ofPlan(step.asText())));
    return names;
  }

  public JobPolicy policy() {
    return new JobPolicy(onFailure, approval);
  }

  /** As a run of this generation gets to see it. */
  public JobRow inGeneration(long run) {
    return with(policy(), retryOf, run);
  }

  private JobRow with(JobPolicy policy, @Nullable UUID repeated, long run) {
    return new JobRow(
        id,
        project,
        kind,
        targetType,
        targetId,
        targetName,
        state,
        request,
        result,
        error,
        undone,
        submittedBy,
        createdAt,
        dispatchedAt,
        startedAt,
        endedAt,
        revision,
        policy.onFailure(),
        policy.approval(),
        hold,
        holdActions,
        retryable,
        repeated,
        retriedBy,
        run,
        aliveAt);
  }
}
