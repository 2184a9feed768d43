package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host has of a resource.
 *
 * @param instance whose domain was looked at, or null
 * @param power of that domain, or null
 * @param volumes names of files in its pools
 */
public record Findings(
    HostRef host,
    @Nullable InstanceId instance,
    @Nullable PowerState power,
    List<String> volumes) {}
