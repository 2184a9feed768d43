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
 */
public record PlacementRequest(
    int vcpus,
    long memoryMiB,
    long diskBytes,
    @Nullable UUID site,
    @Nullable UUID host,
    Map<UUID, String> apart) {
  /** For what may share a host with anything. */
  public PlacementRequest(
      int vcpus, long memoryMiB, long diskBytes, @Nullable UUID site, @Nullable UUID host) {
    this(vcpus, memoryMiB, diskBytes, site, host, Map.of());
  }

  /** The same, apart from these instead. */
  PlacementRequest apartFrom(Map<UUID, String> others) {
    return new PlacementRequest(vcpus, memoryMiB, diskBytes, site, host, Map.copyOf(others));
  }
}
