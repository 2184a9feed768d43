package io.holdfast.engine.api;

import io.holdfast.workflows.model.NetworkMode;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * A new network.
 *
 * @param cidr IPv4 network address with a prefix of 16 to 29 bits, as in 10.90.0.0/24
 */
public record CreateNetworkRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.NAME_MESSAGE) String name,
    @NotNull NetworkMode mode,
    @NotNull
        @Pattern(
            regexp = "\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}",
            message = "must be an IPv4 network as in 10.90.0.0/24")
        String cidr) {}
