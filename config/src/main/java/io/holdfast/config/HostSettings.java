package io.holdfast.config;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

/**
 * Who this host is.
 *
 * @param name the name under which the host is registered with the engine; a DNS label
 */
public record HostSettings(
    @NotBlank
        @Pattern(regexp = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", message = "must be a DNS label")
        String name) {}
