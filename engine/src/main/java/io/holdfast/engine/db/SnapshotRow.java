package io.holdfast.engine.db;

import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.SnapshotDisk;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot, from the acceptance of its job until the end of its delete.
 *
 * @param instanceId of which it was taken; it may be gone
 * @param instanceName that the instance had then
 * @param memory true when the guest's memory is a part of it
 * @param sizeBytes that it may take until it is taken: the instance's disks, and room for memory
 * @param claimedBytes of its pool, or null while it claims nothing
 * @param disks empty until it is taken
 * @param takenAt the moment that it shows, or null until it is taken
 * @param windowMillis for which the guest was held still
 * @param memoryBytes that the file of its memory takes
 * @param was its instance; null when that was not kept
 */
public record SnapshotRow(
    UUID id,
    String project,
    String name,
    UUID instanceId,
    String instanceName,
    UUID hostId,
    String pool,
    Consistency consistency,
    boolean memory,
    long sizeBytes,
    @Nullable Long claimedBytes,
    @Json List<SnapshotDisk> disks,
    @Nullable Instant takenAt,
    long windowMillis,
    long memoryBytes,
    @Json @Nullable KeptInstance was,
    Instant createdAt) {}
