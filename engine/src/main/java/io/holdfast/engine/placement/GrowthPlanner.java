package io.holdfast.engine.placement;

import io.holdfast.engine.placement.Refusal.Numbers;
import io.holdfast.engine.placement.Refusal.Reason;
import java.util.Optional;

/**
 * Whether what is placed already may have more of its host. A host that takes nothing new, or does
 * not answer, is no reason against: what grows is there, and its job waits for the host.
 */
public final class GrowthPlanner {
  private GrowthPlanner() {}

  /** The first thing that is missing, or empty. Numbers are what is needed on top; 0 for none. */
  public static Optional<Refusal> refusal(
      HostCapacity host, String pool, int vcpus, long memoryMiB, long diskBytes) {
    if (vcpus > 0 && host.freeVcpus() < vcpus) {
      return refuse(host, Reason.VCPUS, vcpus, host.freeVcpus(), "vcpus");
    }
    if (memoryMiB > 0 && host.freeMemoryMiB() < memoryMiB) {
      return refuse(host, Reason.MEMORY, memoryMiB, host.freeMemoryMiB(), "MiB");
    }
    long free =
        host.pools().stream()
            .filter(candidate -> candidate.name().equals(pool))
            .mapToLong(PoolCapacity::freeBytes)
            .sum();
    return diskBytes > 0 && free < diskBytes
        ? refuse(host, Reason.DISK, diskBytes >> 20, free >> 20, "MiB")
        : Optional.empty();
  }

  private static Optional<Refusal> refuse(
      HostCapacity host, Reason reason, long needed, long free, String unit) {
    return Optional.of(
        new Refusal(host.name(), reason, new Numbers(needed, Math.max(0, free), unit), null));
  }
}
