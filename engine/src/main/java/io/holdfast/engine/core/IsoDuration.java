package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** Durations that callers write, as in PT1M (ISO 8601). */
final class IsoDuration {
  private IsoDuration() {}

  /** Refused with the field when it is none, or out of bounds. */
  static Duration of(String field, String text, Duration least, Duration most) {
    try {
      Duration duration = Duration.parse(text);
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // falls through: no duration
    }
    throw ProblemException.ofField(
        ProblemCode.INVALID_FIELD,
        field,
        "%s: must be a duration from %s to %s, as in PT1M (ISO 8601)"
            .formatted(field, words(least), words(most)));
  }

  /** Whole days as people write them: P7D rather than PT168H. */
  private static String words(Duration duration) {
    boolean days = !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()));
    return days ? "P" + duration.toDays() + "D" : duration.toString();
  }
}
