package io.holdfast.engine.api;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** Why the job may go on without it: whoever finds what is left wants to know. */
public record SkipRequest(@NotNull @NotBlank @Size(max = Limits.MAX_REASON) String reason) {}
