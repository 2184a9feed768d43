package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** Limits of a project; one that is null or left out is no limit. */
public record QuotaRequest(
    @Min(0) @Max(MOST) @Nullable Long vcpus,
    @Min(0) @Max(MOST) @Nullable Long memoryMiB,
    @Min(0) @Max(MOST) @Nullable Long diskGiB,
    @Min(0) @Max(MOST) @Nullable Long instances) {
  private static final long MOST = 1_000_000_000_000L;
}
