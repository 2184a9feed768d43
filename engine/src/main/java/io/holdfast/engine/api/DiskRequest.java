package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** A disk of a new instance; the first is the root disk. */
public record DiskRequest(@NotNull @Min(1) @Max(Limits.MAX_DISK_GIB) Integer sizeGiB) {}
