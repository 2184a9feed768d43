package io.holdfast.engine.core;

import org.jspecify.annotations.Nullable;

/**
 * The size that an instance is to have: a flavor by id or name, or numbers; a number that is left
 * out stays as it is.
 *
 * @param restart true when an instance that runs may be stopped and started for it
 * @param graceSeconds how long its guest may take to shut down then
 */
public record NewSize(
    @Nullable String flavor,
    @Nullable Integer vcpus,
    @Nullable Integer memoryMiB,
    boolean restart,
    int graceSeconds) {}
