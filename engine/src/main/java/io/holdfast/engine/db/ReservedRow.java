package io.holdfast.engine.db;

import java.util.UUID;

/** Sums over all reservations in one pool of one host. */
public record ReservedRow(UUID hostId, String pool, long vcpus, long memoryMiB, long diskBytes) {}
