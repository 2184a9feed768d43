package io.holdfast.engine.db;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When drills of a recovery plan begin.
 *
 * @param cron five fields in {@code timeZone}; null when {@code everyMillis} is given
 * @param everyMillis from {@code anchorAt} on; null when {@code cron} is given
 * @param timeZone IANA
 * @param catchUpMillis a drill that is later than this is missed
 * @param deadlineMillis from a drill's begin
 * @param nextAt when the next one is due
 * @param missed so many fell due and did not begin
 * @param missedAt when the last of them had fallen due, or null
 */
public record DrillScheduleRow(
    UUID id,
    String project,
    String name,
    UUID planId,
    @Nullable String cron,
    @Nullable Long everyMillis,
    String timeZone,
    Instant anchorAt,
    long catchUpMillis,
    long deadlineMillis,
    boolean paused,
    Instant nextAt,
    long missed,
    @Nullable Instant missedAt,
    @Nullable String missedReason,
    long revision,
    Instant createdAt,
    Instant changedAt) {
  public Duration catchUp() {
    return Duration.ofMillis(catchUpMillis);
  }

  public Duration deadline() {
    return Duration.ofMillis(deadlineMillis);
  }

  public @Nullable Duration every() {
    return everyMillis == null ? null : Duration.ofMillis(everyMillis);
  }
}
