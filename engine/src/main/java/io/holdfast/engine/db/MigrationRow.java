package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;

/**
 * An instance on its way to another host, and what it claims beside its own claim.
 *
 * @param shared true when the disks are in the target's pool already, as they are in the source's
 * @param handingOver true once the instance may be the target's
 * @param takenBack true once it was found to be the source's after that: what has arrived is none
 *     of it
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
    boolean takenBack,
    boolean arrived,
    Instant createdAt) {}
