package io.holdfast.workflows.migration;

import java.time.Duration;

/** Between tries and looks of a handover: each twice as long as the one before, up to a bound. */
final class Pauses {
  static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Pauses() {}

  static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }
}
