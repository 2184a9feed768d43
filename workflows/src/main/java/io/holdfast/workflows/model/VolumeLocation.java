package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a volume lies; all that a delete needs.
 *
 * @param host null when the volume was never placed
 * @param pool null when the volume was never placed
 */
public record VolumeLocation(VolumeId id, @Nullable HostRef host, @Nullable String pool) {}
