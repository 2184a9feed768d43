package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request that would change something, by a caller who is known.
 *
 * @param path without its query
 * @param targetType noun, as in {@code instance}
 * @param reason the caller's own words, from the body
 * @param status of the refusal; null when it was accepted, as is code
 */
public record AuditRow(
    UUID id,
    Instant createdAt,
    String caller,
    Role role,
    String method,
    String path,
    @Nullable String targetType,
    @Nullable UUID targetId,
    @Nullable String targetName,
    @Nullable String reason,
    String requestId,
    Outcome outcome,
    @Nullable Integer status,
    @Nullable String code,
    @Nullable UUID jobId) {
  /** What came of the request itself; how its job ended is the job's. */
  public enum Outcome {
    ACCEPTED,
    REFUSED
  }
}
