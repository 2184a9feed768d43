package io.holdfast.engine.placement;

import org.jspecify.annotations.Nullable;

/**
 * Why a host will not do.
 *
 * @param numbers what was needed and what is there; null when the reason is no matter of numbers
 * @param instance the one that is in the way, or null
 * @param detail what there is, and what it should be, when that is no number; or null
 */
public record Refusal(
    String host,
    Reason reason,
    @Nullable Numbers numbers,
    @Nullable String instance,
    @Nullable String detail) {
  Refusal(String host, Reason reason, @Nullable Numbers numbers, @Nullable String instance) {
    this(host, reason, numbers, instance, null);
  }

  /** The first test that a host fails, in this order. */
  public enum Reason {
    OTHER_HOST_WANTED,
    OTHER_SITE_WANTED,
    ALREADY_THERE,
    OTHER_DOMAIN_TYPE,
    OLDER_QEMU,
    NOT_ACTIVE,
    MAINTENANCE,
    UNREACHABLE,
    ANTI_AFFINITY,
    VCPUS,
    MEMORY,
    NO_POOL,
    DISK,
    NOT_MOUNTED,
    DISK_FULL
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
        + (instance == null ? "" : ": instance " + instance + " of the same group is there")
        + (detail == null ? "" : ": " + detail)
        + (reason == Reason.DISK ? " in one pool" : "");
  }
}
