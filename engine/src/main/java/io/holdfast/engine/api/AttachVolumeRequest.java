package io.holdfast.engine.api;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Which instance gets a volume.
 *
 * @param instance name or id; it must be on the volume's host
 */
public record AttachVolumeRequest(
    @NotNull @Pattern(regexp = Limits.NAME, message = Limits.REFERENCE_MESSAGE) String instance) {}
