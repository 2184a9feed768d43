package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsal proves of its plan.
 *
 * @param verifiedAt when it passed; null until then
 * @param voidedAt when something changed that it rests on, or null
 * @param voidedBy what that was, for people, or null
 */
public record PlanProofRow(
    UUID runId,
    UUID planId,
    @Nullable Instant verifiedAt,
    @Nullable Instant verifiedUntil,
    @Nullable Instant voidedAt,
    @Nullable String voidedBy) {}
