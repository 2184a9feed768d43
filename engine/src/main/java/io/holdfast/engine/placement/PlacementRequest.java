package io.holdfast.engine.placement;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an instance needs.
 *
 * @param diskBytes of all its disks together; they lie in one pool
 * @param site the only site that will do, or null
 * @param host the only host that will do, or null
 * @param apart by host, the name of an instance that it must not share a host with
 * @param pool the only pool that will do, by its name; or null
 * @param storage the shared storage that all of it lies on already; or null
 */
public record PlacementRequest(
    int vcpus,
    long memoryMiB,
    long diskBytes,
    @Nullable UUID site,
    @Nullable UUID host,
    Map<UUID, String> apart,
    @Nullable String pool,
    @Nullable String storage) {
  /** For what lies nowhere yet, and may lie in any pool. */
  public PlacementRequest(
      int vcpus,
      long memoryMiB,
      long diskBytes,
      @Nullable UUID site,
      @Nullable UUID host,
      Map<UUID, String> apart) {
    this(vcpus, memoryMiB, diskBytes, site, host, apart, null, null);
  }

  /** For what may share a host with anything. */
  public PlacementRequest(
      int vcpus, long memoryMiB, long diskBytes, @Nullable UUID site, @Nullable UUID host) {
    this(vcpus, memoryMiB, diskBytes, site, host, Map.of());
  }

  /** The same, apart from these instead. */
  PlacementRequest apartFrom(Map<UUID, String> others) {
    return new PlacementRequest(
        vcpus, memoryMiB, diskBytes, site, host, Map.copyOf(others), pool, storage);
  }

  /** True when nothing of it has to be brought there. */
  boolean liesIn(PoolCapacity candidate) {
    return storage != null && storage.equals(candidate.storage());
  }

  /** Bytes that it takes of a pool. */
  long bytesIn(PoolCapacity candidate) {
    return liesIn(candidate) ? 0 : diskBytes;
  }

  boolean takes(PoolCapacity candidate) {
    return pool == null || pool.equals(candidate.name());
  }
}
