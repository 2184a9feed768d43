package io.holdfast.engine.db;

import io.holdfast.workflows.model.HostFacts;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A hypervisor host.
 *
 * @param facts as the host sent them; null until it was discovered
 * @param lastSeenAt the last answer of its worker
 * @param unreachableSince null while it answers
 */
public record HostRow(
    UUID id,
    String name,
    UUID siteId,
    HostState state,
    @Json @Nullable HostFacts facts,
    int cpus,
    long memoryMiB,
    @Nullable Instant lastSeenAt,
    @Nullable Instant unreachableSince,
    Instant createdAt) {}
