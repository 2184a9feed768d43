package io.holdfast.engine.core;

import org.jspecify.annotations.Nullable;

/**
 * The size that an instance is to have: a flavor by id or name, or numbers; a number that is left
 * out stays as it is.
 *
 * @param maxVcpus how far it may grow while it runs, as of its next start; null for as before
 * @param maxMemoryMiB the same
 * @param restart true when an instance that runs may be stopped and started for it
 * @param graceSeconds how long its guest may take to shut down then
 */
public record NewSize(
    @Nullable String flavor,
    @Nullable Integer vcpus,
    @Nullable Integer memoryMiB,
    @Nullable Integer maxVcpus,
    @Nullable Integer maxMemoryMiB,
    boolean restart,
    int graceSeconds) {}
