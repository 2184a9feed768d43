package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An instance that was recovered elsewhere, in a run that turns the direction.
 *
 * @param sourceId the instance that was protected
 * @param successorId the one that took over from it
 * @param hostId the host that has the source's disks
 * @param replicaHost where the source's replicas went, or null
 * @param replicaBytes that were claimed there
 * @param releasedAt when the source was removed, or null
 */
public record ReversedInstanceRow(
    UUID runId,
    UUID sourceId,
    String sourceName,
    UUID successorId,
    String successorName,
    UUID groupId,
    UUID hostId,
    String hostName,
    String pool,
    @Nullable UUID replicaHost,
    @Nullable String replicaPool,
    long replicaBytes,
    @Nullable Instant releasedAt) {}
