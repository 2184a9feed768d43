package io.holdfast.engine.api;

import io.holdfast.engine.core.DrillScheduleService.Scheduled;
import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.RehearsalRow;
import io.holdfast.engine.db.RunVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When drills of a recovery plan begin.
 *
 * @param plan its name
 * @param nextAt when the next one is due; null while it is paused
 * @param missed so many fell due and did not begin
 * @param missedAt when the last of those had fallen due, or null
 * @param missedReason why it did not begin, or null
 * @param lastDrill null before the first one
 */
public record DrillScheduleBody(
    UUID id,
    String name,
    String plan,
    @Nullable String cron,
    @Nullable String every,
    String timeZone,
    String catchUp,
    String deadline,
    boolean paused,
    @Nullable Instant nextAt,
    long missed,
    @Nullable Instant missedAt,
    @Nullable String missedReason,
    @Nullable LastDrill lastDrill,
    Instant createdAt,
    Instant changedAt) {

  /**
   * The last run that the schedule began.
   *
   * @param verdict null until it is known
   * @param late why it is late, or null
   */
  public record LastDrill(
      UUID run,
      @Nullable Instant dueAt,
      @Nullable RunVerdict verdict,
      @Nullable Instant endedAt,
      @Nullable String late) {}

  public static DrillScheduleBody of(Scheduled scheduled) {
    DrillScheduleRow row = scheduled.row();
    Duration every = row.every();
    return new DrillScheduleBody(
        row.id(),
        row.name(),
        scheduled.plan(),
        row.cron(),
        every == null ? null : every.toString(),
        row.timeZone(),
        row.catchUp().toString(),
        row.deadline().toString(),
        row.paused(),
        row.paused() ? null : row.nextAt(),
        row.missed(),
        row.missedAt(),
        row.missedReason(),
        last(scheduled),
        row.createdAt(),
        row.changedAt());
  }

  private static @Nullable LastDrill last(Scheduled scheduled) {
    RehearsalRow last = scheduled.last();
    PlanRunRow run = scheduled.lastRun();
    return last == null || run == null
        ? null
        : new LastDrill(run.id(), last.dueAt(), run.verdict(), run.endedAt(), last.late());
  }
}
