package io.holdfast.engine.placement;

import org.jspecify.annotations.Nullable;

/**
 * Why a host will not do.
 *
 * @param numbers what was needed and what is there; null when the reason is no matter of numbers
 */
public record Refusal(String host, Reason reason, @Nullable Numbers numbers) {
  /** The first test that a host fails, in this order. */
  public enum Reason {
    OTHER_HOST_WANTED,
    OTHER_SITE_WANTED,
    NOT_ACTIVE,
    UNREACHABLE,
    VCPUS,
    MEMORY,
    NO_POOL,
    DISK
  }

  /** {@code unit}: vcpus or MiB; of a disk, {@code free} is what one pool has. */
  public record Numbers(long needed, long free, String unit) {
    @Override
    public String toString() {
      return "needs " + needed + ", free " + free + " " + unit;
    }
  }

  /** One line, as the error of a job shows it. */
  @Override
  public String toString() {
    return host
        + ": "
        + reason
        + (numbers == null ? "" : ": " + numbers)
        + (reason == Reason.DISK ? " in one pool" : "");
  }
}
