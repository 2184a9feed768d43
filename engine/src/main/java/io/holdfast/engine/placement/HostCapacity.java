package io.holdfast.engine.placement;

import io.holdfast.engine.placement.PlacementPlan.Choice;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

  /** As it would be with so much more memory in use; none is left at the least. */
  public HostCapacity with(long moreMemoryMiB) {
    return promised(0, Math.min(moreMemoryMiB, Math.max(0, freeMemoryMiB())), pools);
  }

  /**
   * As it is once a request is promised of this host or of another one: what is taken of shared
   * storage is taken of all that share it.
   */
  HostCapacity claimed(Choice choice, @Nullable String storage, PlacementRequest request) {
    boolean here = id.equals(choice.host());
    return promised(
        here ? request.vcpus() : 0,
        here ? request.memoryMiB() : 0,
        pools.stream()
            .map(
                each ->
                    (here && each.name().equals(choice.pool()))
                            || (storage != null && storage.equals(each.storage()))
                        ? each.claimed(request.bytesIn(each))
                        : each)
            .toList());
  }

  private HostCapacity promised(long moreVcpus, long moreMemoryMiB, List<PoolCapacity> left) {
    return new HostCapacity(
        id,
        name,
        site,
        state,
        reachable,
        cpus,
        memoryMiB,
        reservedVcpus + moreVcpus,
        reservedMemoryMiB + moreMemoryMiB,
        left);
  }
}
