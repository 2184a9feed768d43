package io.holdfast.engine.core;

import java.time.Duration;

/** A recovery point objective: how much may be lost. */
final class Rpo {
  /** A round takes about a second at least. */
  private static final Duration LEAST = Duration.ofSeconds(5);

  private static final Duration MOST = Duration.ofDays(7);

  private Rpo() {}

  static Duration of(String text) {
    return IsoDuration.of("rpo", text, LEAST, MOST);
  }
}
