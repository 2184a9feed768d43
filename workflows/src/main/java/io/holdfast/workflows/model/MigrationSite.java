package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a migration arrives, as the target says.
 *
 * @param libvirtUri by which the source's libvirtd reaches the target's
 * @param address that QEMU's streams go to
 * @param poolFolder of the instance's disks
 * @param consoleFolder of the guests' console logs
 * @param shared where the instance's disks will lie beside those of its source; null: they are
 *     copied
 */
public record MigrationSite(
    String libvirtUri,
    String address,
    String poolFolder,
    String consoleFolder,
    @Nullable SharedFolder shared) {}
