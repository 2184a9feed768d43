package io.holdfast.workflows.model;

/** The last step of a live migration, at its source. */
public record SwitchOrder(InstanceSpec instance, MigrationSite target, MigrationLimits limits) {}
