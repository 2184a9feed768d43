package io.holdfast.engine.core;

import org.jspecify.annotations.Nullable;

/**
 * How far a step is that moves disks or memory, in bytes, as its hosts last said.
 *
 * @param diskBytes of the disks that are there, or known to be
 * @param diskTotalBytes null while nobody knows
 * @param wireBytes that were sent for it, compressed; null for a switchover, whose QEMUs do not
 *     say, as the two below
 * @param zeroBytes that were not sent, being zeros
 * @param sameBytes that were not sent, being there already
 * @param memoryBytes that were sent; null before the switchover
 * @param memoryTotalBytes grows when the guest writes to memory that was sent
 * @param dirtyBytesPerSecond that the guest writes to its memory
 * @param iteration of its memory, from 1
 * @param secondsLeft if it goes on as it did since its calls began; null while nobody knows
 */
public record RunningTransfer(
    String step,
    long diskBytes,
    @Nullable Long diskTotalBytes,
    @Nullable Long wireBytes,
    @Nullable Long zeroBytes,
    @Nullable Long sameBytes,
    @Nullable Long memoryBytes,
    @Nullable Long memoryTotalBytes,
    @Nullable Long dirtyBytesPerSecond,
    @Nullable Long iteration,
    @Nullable Long secondsLeft) {}
