package io.holdfast.workflows.model;

import java.util.List;

/**
 * A migration as the ledger settled it.
 *
 * @param sourcePool libvirt storage pool of the instance's disks at the source
 * @param instance as the target needs to know it: in the target's pool, its disks made beforehand
 * @param bases at most one for each disk
 * @param graceSeconds that the guest has to shut down when the migration is COLD
 */
public record MigrationOrder(
    HostRef source,
    String sourcePool,
    HostRef target,
    InstanceSpec instance,
    MigrationMode mode,
    MigrationLimits limits,
    List<CopyBase> bases,
    int graceSeconds) {}
