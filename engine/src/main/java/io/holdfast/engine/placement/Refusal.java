package io.holdfast.engine.placement;

/**
 * Why a host will not do.
 *
 * @param numbers what was needed and what is there, for a person
 */
public record Refusal(String host, Reason reason, String numbers) {
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

  @Override
  public String toString() {
    return host + ": " + reason + (numbers.isEmpty() ? "" : ": " + numbers);
  }
}
