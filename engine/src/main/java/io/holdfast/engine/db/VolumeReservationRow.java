package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/** What one volume has claimed of a host's pool. */
public record VolumeReservationRow(
    UUID volumeId, UUID jobId, UUID hostId, String pool, long diskBytes, Instant createdAt) {}
