package io.holdfast.engine.core;

import io.holdfast.engine.db.DrillScheduleRow;
import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import io.holdfast.engine.recovery.DrillPace;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the drills of a schedule are due, checked.
 *
 * @param first the first one
 */
record DrillTiming(
    @Nullable String cron,
    @Nullable Duration every,
    ZoneId zone,
    Duration catchUp,
    Duration deadline,
    Instant first) {
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration LONGEST_PACE = Duration.ofDays(366);
  private static final Duration MOST_CATCH_UP = Duration.ofHours(1);
  private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);
  private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

  /** Refused with the field and what is wrong with it. {@code now}: what "every" counts from. */
  static DrillTiming of(NewDrillSchedule wanted, Instant now) {
    if ((wanted.cron() == null) == (wanted.every() == null)) {
      throw invalid("cron", "give either cron or every");
    }
    ZoneId zone = zone(wanted.timeZone());
    String every = wanted.every();
    Duration pace = every == null ? null : IsoDuration.of("every", every, LEAST, LONGEST_PACE);
    String cron = wanted.cron();
    return new DrillTiming(
        cron,
        pace,
        zone,
        IsoDuration.of("catchUp", wanted.catchUp(), Duration.ZERO, MOST_CATCH_UP),
        IsoDuration.of("deadline", wanted.deadline(), LEAST, LONGEST_DEADLINE),
        cron == null ? now.plus(Objects.requireNonNull(pace)) : first(cron, zone, now));
  }

  static DrillPace pace(DrillScheduleRow schedule) {
    String cron = schedule.cron();
    return cron == null
        ? DrillPace.ofEvery(Objects.requireNonNull(schedule.every()), schedule.anchorAt())
        : DrillPace.ofCron(cron, ZoneId.of(schedule.timeZone()));
  }

  @Nullable Long everyMillis() {
    return every == null ? null : every.toMillis();
  }

  private static Instant first(String cron, ZoneId zone, Instant now) {
    try {
      return DrillPace.ofCron(cron, zone)
          .next(now)
          .orElseThrow(() -> invalid("cron", "'%s' never comes".formatted(cron)));
    } catch (IllegalArgumentException wrong) {
      throw invalid("cron", String.valueOf(wrong.getMessage()));
    }
  }

  /** Names of places, and UTC; no offsets, whose summers nobody knows. */
  static ZoneId zone(String name) {
    try {
      if (ZONES.contains(name)) {
        return ZoneId.of(name);
      }
    } catch (DateTimeException e) {
      // falls through: no zone
    }
    throw invalid("timeZone", "must be an IANA time zone, as in Europe/Berlin");
  }

  private static ProblemException invalid(String field, String words) {
    return ProblemException.ofField(ProblemCode.INVALID_FIELD, field, field + ": " + words);
  }
}
