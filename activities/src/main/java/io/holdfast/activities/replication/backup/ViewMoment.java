package io.holdfast.activities.replication.backup;

import java.util.concurrent.TimeUnit;

/**
 * When the moment of a view was, counted from where its opening began: whoever asked for it knows
 * when that was, and no clocks of two hosts are compared.
 */
final class ViewMoment {
  private final long began = System.nanoTime();
  private long after;
  private long clockMillis;

  /**
   * To be called right before the moment, so that what is told is no later; the last call counts.
   */
  void comes() {
    after = System.nanoTime() - began;
    clockMillis = System.currentTimeMillis();
  }

  long afterMillis() {
    return TimeUnit.NANOSECONDS.toMillis(after);
  }

  /** By this host's clock, for a view that is found again later. */
  long clockMillis() {
    return clockMillis;
  }
}
