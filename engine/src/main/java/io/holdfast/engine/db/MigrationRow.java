package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/**
 * An instance on its way to another host, and what it claims beside its own claim.
 *
 * @param shared true when the disks are in the target's pool already, as they are in the source's
 * @param handingOver true once the instance may be the target's
 * @param arrived true once its own claim is the target's; then this one is the source's
 */
public record MigrationRow(
    UUID instanceId,
    UUID jobId,
    UUID sourceHost,
    String sourcePool,
    UUID targetHost,
    String targetPool,
    int vcpus,
    long memoryMiB,
    long diskBytes,
    boolean shared,
    boolean handingOver,
    boolean arrived,
    Instant createdAt) {}
