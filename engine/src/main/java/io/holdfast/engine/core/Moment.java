package io.holdfast.engine.core;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time as PostgreSQL keeps it, so that a row just written reads back the same. */
final class Moment {
  private Moment() {}

  static Instant now(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
