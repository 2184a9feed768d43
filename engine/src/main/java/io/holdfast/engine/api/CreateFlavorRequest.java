package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** A new flavor. */
public record CreateFlavorRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Min(1) @Max(Limits.MAX_VCPUS) Integer vcpus,
    @NotNull @Min(Limits.MIN_MEMORY_MIB) @Max(Limits.MAX_MEMORY_MIB) Integer memoryMiB,
    @NotNull @Min(1) @Max(Limits.MAX_DISK_GIB) Integer diskGiB) {}
