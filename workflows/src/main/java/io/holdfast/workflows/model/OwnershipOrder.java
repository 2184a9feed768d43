package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * An ownership with what its host needs to look at the disks.
 *
 * @param pool that has them; null when nothing was placed
 */
public record OwnershipOrder(Ownership ownership, @Nullable String pool) {}
