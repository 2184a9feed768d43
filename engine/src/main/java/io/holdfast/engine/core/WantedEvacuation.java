package io.holdfast.engine.core;

import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import org.jspecify.annotations.Nullable;

/**
 * How a caller wants a host to be emptied.
 *
 * @param site id or name of the site that all instances go to; null: they stay at theirs
 * @param parallel moves at once, at least 1
 * @param mode of guests that run
 * @param graceSeconds that a guest has to shut down when it is not migrated live
 */
public record WantedEvacuation(
    @Nullable String site,
    int parallel,
    MigrationMode mode,
    MigrationLimits limits,
    int graceSeconds) {}
