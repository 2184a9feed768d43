package io.holdfast.engine.db;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A recovery point of the ledger, and where a replica of it lies.
 *
 * @param name of the replica, as its host's census has it; null of a point without replicas
 */
public record ReplicaRow(
    UUID pointId,
    UUID groupId,
    @Nullable String name,
    @Nullable UUID hostId,
    @Nullable String pool) {}
