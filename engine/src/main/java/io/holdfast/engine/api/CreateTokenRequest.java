package io.holdfast.engine.api;

import io.holdfast.engine.db.Role;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** A new token. */
public record CreateTokenRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull Role role) {}
