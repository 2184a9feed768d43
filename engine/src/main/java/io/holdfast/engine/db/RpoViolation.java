package io.holdfast.engine.db;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far what is restorable lies behind what was promised. */
public enum RpoViolation {
  /** More than twice the RPO. */
  WARNING,
  /** More than three times. */
  CRITICAL;

  private static final int WARNS_AT = 2;
  private static final int CRITICAL_AT = 3;

  /** Null while the promise is kept. */
  public static @Nullable RpoViolation of(Duration lag, Duration rpo) {
    if (lag.compareTo(rpo.multipliedBy(CRITICAL_AT)) > 0) {
      return CRITICAL;
    }
    return lag.compareTo(rpo.multipliedBy(WARNS_AT)) > 0 ? WARNING : null;
  }
}
