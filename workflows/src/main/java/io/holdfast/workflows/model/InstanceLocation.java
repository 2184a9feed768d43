package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance's parts lie; all that a delete or a power change needs.
 *
 * @param host null when the instance was never placed
 * @param pool null when the instance was never placed
 * @param volumes it has some, which outlive it
 */
public record InstanceLocation(
    InstanceId id,
    String name,
    @Nullable HostRef host,
    @Nullable String pool,
    List<PortSpec> ports,
    boolean volumes) {}
