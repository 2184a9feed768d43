package io.holdfast.engine.recovery;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When the drills of a schedule are due: by a cron expression, or at a fixed distance. */
public final class DrillPace {
  /** Behind an outage nobody needs to know of each one that was missed. */
  private static final int MOST_COUNTED = 1_000;

  private final @Nullable ExecutionTime cron;
  private final Duration every;
  private final ZoneId zone;
  private final Instant anchor;

  private DrillPace(@Nullable ExecutionTime cron, Duration every, ZoneId zone, Instant anchor) {
    this.cron = cron;
    this.every = every;
    this.zone = zone;
    this.anchor = anchor;
  }

  /**
   * By five fields as cron has them. A time that a zone's clocks leave out does not come that
   * night; one that comes twice counts once. Throws IllegalArgumentException, saying what is wrong.
   */
  public static DrillPace ofCron(String expression, ZoneId zone) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    Cron parsed = parser.parse(expression).validate();
    return new DrillPace(ExecutionTime.forCron(parsed), Duration.ZERO, zone, Instant.EPOCH);
  }

  /** At {@code anchor} and each multiple of the distance after it. */
  public static DrillPace ofEvery(Duration every, Instant anchor) {
    return new DrillPace(null, every, ZoneId.of("UTC"), anchor);
  }

  /**
   * What is to be done about a drill that was due.
   *
   * @param begins the one that begins now, by the time that it was due; null when all are too late
   * @param missed so many do not begin
   * @param lastMissed when the last of those was due; null when there is none
   */
  public record Due(@Nullable Instant begins, int missed, @Nullable Instant lastMissed) {}

  /** The first one after that moment; empty when there is none in all time. */
  public Optional<Instant> next(Instant after) {
    if (cron != null) {
      return cron.nextExecution(ZonedDateTime.ofInstant(after, zone)).map(ZonedDateTime::toInstant);
    }
    long past = Math.floorDiv(Duration.between(anchor, after).toMillis(), every.toMillis());
    return Optional.of(anchor.plus(every.multipliedBy(Math.max(0, past + 1))));
  }

  /**
   * After an outage one drill begins, if the newest that fell due is no later than {@code catchUp};
   * the others are missed.
   *
   * @param first the oldest that did not begin
   */
  public Due due(Instant first, Instant now, Duration catchUp) {
    Instant begins = newest(first, now, catchUp);
    Instant lastMissed = null;
    int missed = 0;
    for (Optional<Instant> due = Optional.of(first);
        due.isPresent() && !due.get().isAfter(now) && missed < MOST_COUNTED;
        due = next(due.get())) {
      if (!due.get().equals(begins)) {
        lastMissed = due.get();
        missed++;
      }
    }
    return new Due(begins, missed, lastMissed);
  }

  private @Nullable Instant newest(Instant first, Instant now, Duration catchUp) {
    Instant bound = now.minus(catchUp);
    Optional<Instant> due = first.isBefore(bound) ? next(bound.minusMillis(1)) : Optional.of(first);
    Instant newest = null;
    while (due.isPresent() && !due.get().isAfter(now)) {
      newest = due.get();
      due = next(newest);
    }
    return newest;
  }
}
