package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Why a lease is taken from its job; kept with both jobs. */
public record ForceReleaseRequest(
    @NotNull @Pattern(regexp = REASON, message = "must be 3 to 500 characters on one line")
        String reason) {
  private static final String REASON = "[^\\p{Cntrl}]{3,500}";
}
