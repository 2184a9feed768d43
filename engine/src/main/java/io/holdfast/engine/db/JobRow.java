package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
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
    long revision) {
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
        0);
  }
}
