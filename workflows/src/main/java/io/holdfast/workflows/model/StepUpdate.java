package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One change of one step, written by its name: writing it twice is the same as once.
 *
 * @param atMillis workflow time of the change, epoch milliseconds
 * @param detail what a person should know (a host, an address), or null
 * @param error why it failed, or null
 */
public record StepUpdate(
    String step,
    StepState state,
    int attempt,
    long atMillis,
    @Nullable String detail,
    @Nullable JobFailure error) {}
