package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a TEST or a DRILL has besides other runs.
 *
 * @param scheduleId that began it, or null
 * @param dueAt when it was to begin, or null
 * @param deadlineAt when it gives up; null: never
 * @param expiresAt what is left of it then is removed
 * @param late why it is late, or null
 */
public record RehearsalRow(
    UUID runId,
    @Nullable UUID scheduleId,
    @Nullable String scheduleName,
    @Nullable Instant dueAt,
    @Nullable Instant deadlineAt,
    Instant expiresAt,
    @Nullable String late) {
  /** One that nobody's schedule began. */
  public static RehearsalRow byHand(UUID run, @Nullable Instant deadlineAt, Instant expiresAt) {
    return new RehearsalRow(run, null, null, null, deadlineAt, expiresAt, null);
  }
}
