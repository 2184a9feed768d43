package io.holdfast.engine.core;

import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller wants an instance to go, and how.
 *
 * @param host id or name, or null
 * @param site id or name, or null; without either the instance stays at its site
 * @param graceSeconds that the guest has to shut down when it is not migrated live
 */
public record WantedMigration(
    @Nullable String host,
    @Nullable String site,
    MigrationMode mode,
    MigrationLimits limits,
    int graceSeconds) {}
