package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/** What one instance has claimed of a host. */
public record ReservationRow(
    UUID instanceId,
    UUID jobId,
    UUID hostId,
    String pool,
    int vcpus,
    long memoryMiB,
    long diskBytes,
    Instant createdAt) {}
