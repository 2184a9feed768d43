package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that a caller sent with a POST, and what the POST made.
 *
 * @param requestSha256 of method, path and body
 * @param jobId the job that it made, or null
 * @param resourceId the definition that it made, or null
 */
public record IdempotencyRow(
    String project,
    String key,
    String requestSha256,
    @Nullable UUID jobId,
    @Nullable UUID resourceId,
    Instant createdAt) {}
