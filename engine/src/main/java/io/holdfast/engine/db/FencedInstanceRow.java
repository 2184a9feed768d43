package io.holdfast.engine.db;

import io.holdfast.workflows.model.PowerState;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.PropagateNull;
import org.jspecify.annotations.Nullable;

/**
 * An instance that may not run where it is.
 *
 * @param jobId of the promotion that took it away
 * @param toldAt when its host last said that it keeps it off; null: it has not yet
 * @param powerState as the host found it then, or null
 * @param writtenAt when its disks were last written, by the host's clock, or null
 * @param suspectedAt when it was first found to have run beside its successor, or null
 */
public record FencedInstanceRow(
    @PropagateNull UUID instanceId, // an outer join that found none gives none
    UUID jobId,
    long epoch,
    Instant fencedAt,
    @Nullable Instant toldAt,
    @Nullable PowerState powerState,
    @Nullable Instant writtenAt,
    @Nullable Instant suspectedAt) {}
