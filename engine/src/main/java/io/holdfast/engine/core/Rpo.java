package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** A recovery point objective: how much may be lost. */
final class Rpo {
  /** A round takes about a second at least. */
  private static final Duration LEAST = Duration.ofSeconds(5);

  private static final Duration MOST = Duration.ofDays(7);

  private Rpo() {}

  static Duration of(String text) {
    try {
      Duration rpo = Duration.parse(text);
      if (rpo.compareTo(LEAST) >= 0 && rpo.compareTo(MOST) <= 0) {
        return rpo;
      }
    } catch (DateTimeParseException e) {
      // falls through: no duration
    }
    throw ProblemException.ofField(
        ProblemCode.INVALID_FIELD,
        "rpo",
        "rpo: must be a duration from PT5S to P7D, as in PT1M (ISO 8601)");
  }
}
