package io.holdfast.engine.placement;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an instance needs.
 *
 * @param diskBytes of all its disks together; they lie in one pool
 * @param site the only site that will do, or null
 * @param host the only host that will do, or null
 */
public record PlacementRequest(
    int vcpus, long memoryMiB, long diskBytes, @Nullable UUID site, @Nullable UUID host) {}
