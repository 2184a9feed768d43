package io.holdfast.engine.api;

import io.holdfast.engine.db.AuditRow;
import io.holdfast.engine.db.AuditView;
import io.holdfast.engine.db.Role;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request that would change something: who, what, when, why, and what came of it.
 *
 * @param caller name of the token
 * @param path without its query
 * @param reason the caller's own words
 * @param requestId as in the header X-Request-Id of the answer
 * @param outcome of the request; how its job ended is in job
 * @param status of the refusal, as is code
 */
public record AuditBody(
    UUID id,
    Instant at,
    String caller,
    Role role,
    String method,
    String path,
    AuditTarget target,
    @Nullable String reason,
    String requestId,
    AuditRow.Outcome outcome,
    @Nullable Integer status,
    @Nullable String code,
    @Nullable Job job) {
  /** What the request was about, as far as it says so. */
  public record AuditTarget(@Nullable String type, @Nullable UUID id, @Nullable String name) {}

  /**
   * The job that it became, or that was in its way.
   *
   * @param state as it ended, also when the job is gone; null of what nobody wrote down
   * @param error code of its failure
   */
  public record Job(
      UUID id, @Nullable JobState state, @Nullable String error, @Nullable Instant endedAt) {}

  public static AuditBody of(AuditView view) {
    AuditRow row = view.entry();
    UUID job = row.jobId();
    return new AuditBody(
        row.id(),
        row.createdAt(),
        row.caller(),
        row.role(),
        row.method(),
        row.path(),
        new AuditTarget(row.targetType(), row.targetId(), row.targetName()),
        row.reason(),
        row.requestId(),
        row.outcome(),
        row.status(),
        row.code(),
        job == null
            ? null
            : new Job(
                job,
                view.jobState(),
                view.jobError() == null ? null : view.jobError().type().code(),
                view.jobEndedAt()));
  }
}
