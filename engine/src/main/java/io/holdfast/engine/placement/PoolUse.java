package io.holdfast.engine.placement;

/**
 * What is taken of a pool's file system at this moment, by whomever.
 *
 * @param totalBytes 0 when the pool's storage is away
 * @param fullPercent from so much on it takes nothing new; 100: never for that
 */
public record PoolUse(long totalBytes, long freeBytes, int fullPercent) {
  private static final int ALL = 100;

  public boolean isAway() {
    return totalBytes == 0;
  }

  /** One that is away has no room either. */
  public boolean isFull() {
    return isAway() || (fullPercent < ALL && percentTaken() >= fullPercent);
  }

  long percentTaken() {
    return isAway() ? ALL : ALL - ALL * freeBytes / totalBytes;
  }
}
