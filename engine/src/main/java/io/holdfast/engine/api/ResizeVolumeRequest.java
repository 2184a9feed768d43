package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** The size that a volume is to have; it only grows. */
public record ResizeVolumeRequest(@NotNull @Min(1) @Max(Limits.MAX_DISK_GIB) Integer sizeGiB) {}
