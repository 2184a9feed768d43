package io.holdfast.engine.placement;

import java.util.List;
import java.util.UUID;

/**
 * A host with its capacity and what is promised of it.
 *
 * @param state whether it takes new instances
 * @param reachable true while its worker answers
 */
public record HostCapacity(
    UUID id,
    String name,
    UUID site,
    State state,
    boolean reachable,
    int cpus,
    long memoryMiB,
    long reservedVcpus,
    long reservedMemoryMiB,
    List<PoolCapacity> pools) {
  /** ACTIVE alone takes new instances. */
  public enum State {
    REGISTERED,
    ACTIVE,
    MAINTENANCE
  }

  private static final int VCPUS_A_CPU = 16;
  private static final long MOST_KEPT_MIB = 512;

  /** Sixteen to one: guests seldom compute at once, and those that do only get slower. */
  public long freeVcpus() {
    return (long) cpus * VCPUS_A_CPU - reservedVcpus;
  }

  /**
   * Never overcommitted, since a host without memory kills guests. The host keeps 10 % or 512 MiB
   * for itself, whichever is less.
   */
  public long freeMemoryMiB() {
    return memoryMiB - Math.min(memoryMiB / 10, MOST_KEPT_MIB) - reservedMemoryMiB;
  }

  /** As it is once a request is promised of it, with its disks in this pool. */
  HostCapacity claimed(String pool, PlacementRequest request) {
    return new HostCapacity(
        id,
        name,
        site,
        state,
        reachable,
        cpus,
        memoryMiB,
        reservedVcpus + request.vcpus(),
        reservedMemoryMiB + request.memoryMiB(),
        pools.stream()
            .map(each -> each.name().equals(pool) ? each.claimed(request.diskBytes()) : each)
            .toList());
  }
}
