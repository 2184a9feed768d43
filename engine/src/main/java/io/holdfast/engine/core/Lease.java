package io.holdfast.engine.core;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The time to live of an instance. */
final class Lease {
  private Lease() {}

  /** As PostgreSQL keeps it; null is for ever. Refuses what is past. */
  static @Nullable Instant until(@Nullable Instant wanted, Instant now) {
    if (wanted == null) {
      return null;
    }
    if (!wanted.isAfter(now)) {
      throw ProblemException.ofField(
          ProblemCode.INVALID_FIELD, "leaseUntil", "leaseUntil must be later than now, " + now);
    }
    return wanted.truncatedTo(ChronoUnit.MICROS);
  }
}
