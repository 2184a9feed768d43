package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * A job on a volume that is there, as the ledger recorded it.
 *
 * @param volume as it is before the job
 * @param instance that the volume is attached to, or is to be; null for none
 * @param wantedBytes the size that it is to have
 */
public record VolumeOrder(
    HostRef host, VolumeSpec volume, @Nullable InstanceId instance, long wantedBytes) {}
