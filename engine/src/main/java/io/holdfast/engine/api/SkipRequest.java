package io.holdfast.engine.api;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Goes on without something.
 *
 * @param reason why the job may go on without it: whoever finds what is left wants to know
 * @param instance of an evacuation: name or id of the instance that is left where it is; null: all
 *     that are in the way
 */
public record SkipRequest(
    @NotNull @NotBlank @Size(max = Limits.MAX_REASON) String reason,
    @Nullable @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance) {}
