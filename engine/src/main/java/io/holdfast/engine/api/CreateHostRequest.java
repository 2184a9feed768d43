package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Registers a host, and starts its discovery.
 *
 * @param name the same as in the settings of the host's worker
 * @param site name or id
 */
public record CreateHostRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String site) {}
