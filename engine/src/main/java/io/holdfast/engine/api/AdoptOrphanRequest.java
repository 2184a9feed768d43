package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * Why a domain becomes an instance again, and what it was made of.
 *
 * @param image id or name: the domain does not say
 */
public record AdoptOrphanRequest(
    @NotNull @Size(min = 1, max = 500) String reason,
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String image) {}
