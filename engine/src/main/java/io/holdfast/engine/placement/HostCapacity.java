package io.holdfast.engine.placement;

import io.holdfast.config.PlacementSettings;
import io.holdfast.engine.placement.PlacementPlan.Choice;
import java.util.List;
import java.util.UUID;

/**
 * A host with its capacity and what is promised of it.
 *
 * @param state whether it takes new instances
 * @param reachable true while its worker answers
 * @param vcpusPerCpu so many are promised of each of its CPUs
 * @param expectedMemoryMiB that may be asked of it beside, also more than it has: it ranks the
 *     host, and refuses nothing
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
    List<PoolCapacity> pools,
    long expectedMemoryMiB,
    int vcpusPerCpu) {
  /** One of which nothing is expected but what is promised, as often as it is unless told. */
  public HostCapacity(
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
    this(
        id,
        name,
        site,
        state,
        reachable,
        cpus,
        memoryMiB,
        reservedVcpus,
        reservedMemoryMiB,
        pools,
        0,
        PlacementSettings.DEFAULT.vcpusPerCpu());
  }

  /** ACTIVE alone takes new instances. */
  public enum State {
    REGISTERED,
    ACTIVE,
    MAINTENANCE
  }

  private static final long MOST_KEPT_MIB = 512;

  public long freeVcpus() {
    return (long) cpus * vcpusPerCpu - reservedVcpus;
  }

  /**
   * Never overcommitted, since a host without memory kills guests. The host keeps 10 % or 512 MiB
   * for itself, whichever is less.
   */
  public long freeMemoryMiB() {
    return memoryMiB - Math.min(memoryMiB / 10, MOST_KEPT_MIB) - reservedMemoryMiB;
  }

  /** By which hosts are compared: below nothing, more is expected of it than it has. */
  long spareMemoryMiB() {
    return freeMemoryMiB() - expectedMemoryMiB;
  }

  public HostCapacity expecting(long moreMemoryMiB) {
    return changed(0, 0, pools, expectedMemoryMiB + moreMemoryMiB);
  }

  /**
   * As it is once a request is promised of this host or of another one: what is taken of a room is
   * taken of all pools that have it.
   *
   * @param chosen the pool that was chosen
   */
  HostCapacity claimed(Choice choice, PoolCapacity chosen, PlacementRequest request) {
    boolean here = id.equals(choice.host());
    long bytes = request.bytesIn(chosen);
    return changed(
        here ? request.vcpus() : 0,
        here ? request.memoryMiB() : 0,
        pools.stream()
            .map(
                each ->
                    (here && each.name().equals(choice.pool())) || each.hasRoomOf(chosen)
                        ? each.claimed(bytes)
                        : each)
            .toList(),
        expectedMemoryMiB);
  }

  /** For what goes there also when its pools are nearly full. */
  public HostCapacity regardlessOfUse() {
    return changed(
        0, 0, pools.stream().map(PoolCapacity::regardlessOfUse).toList(), expectedMemoryMiB);
  }

  private HostCapacity changed(
      long moreVcpus, long moreMemoryMiB, List<PoolCapacity> left, long expected) {
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
        left,
        expected,
        vcpusPerCpu);
  }
}
