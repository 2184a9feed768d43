package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why an instance cannot be running at the protected site any more.
 *
 * @param instanceId null: all instances of the run
 * @param proof OPERATOR: a person's word
 */
public record FencingProofRow(
    UUID id,
    UUID runId,
    @Nullable UUID instanceId,
    String proof,
    @Nullable String reason,
    String givenBy,
    Instant givenAt) {}
