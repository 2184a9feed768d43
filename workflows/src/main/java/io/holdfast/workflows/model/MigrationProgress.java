package io.holdfast.workflows.model;

/**
 * How far a switchover is, in bytes; its heartbeats carry it.
 *
 * @param memoryTotal grows when the guest writes to memory that was sent
 * @param dirtyBytesPerSecond that the guest writes to its memory
 * @param iteration of its memory, from 1
 */
public record MigrationProgress(
    long memoryDone,
    long memoryTotal,
    long diskDone,
    long diskTotal,
    long dirtyBytesPerSecond,
    long iteration) {}
