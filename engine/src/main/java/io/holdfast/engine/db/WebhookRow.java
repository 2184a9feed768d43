package io.holdfast.engine.db;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event for the receiver outside.
 *
 * @param body as it is signed and sent
 * @param attempts so many were made
 * @param lastError of the last attempt, or null
 */
public record WebhookRow(
    long eventId,
    String body,
    String type,
    Instant createdAt,
    int attempts,
    Instant nextAt,
    @Nullable Instant deliveredAt,
    @Nullable Instant givenUpAt,
    @Nullable String lastError) {}
