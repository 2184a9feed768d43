package io.holdfast.workflows.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host on which the holder of a lease may have worked.
 *
 * @param pools in which files of the resource may lie
 * @param ids one of which stands in the name of each such file
 * @param instance whose domain the holder may have changed; null when it changes none
 */
public record HeldPlace(
    HostRef host, List<String> pools, List<UUID> ids, @Nullable InstanceId instance) {}
