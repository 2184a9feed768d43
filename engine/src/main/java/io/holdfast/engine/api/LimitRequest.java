package io.holdfast.engine.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a migration may use from now on; what is left out stays as it was.
 *
 * @param bandwidthMiBps of its copy and its switchover; 0 is no limit
 * @param maxDowntimeMs as in the request of the migration
 */
public record LimitRequest(
    @Nullable @Min(0) @Max(1_000_000) Long bandwidthMiBps,
    @Nullable @Min(1) @Max(60_000) Integer maxDowntimeMs,
    @Nullable @Size(max = Limits.MAX_REASON) String reason) {}
