package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * Where a replica lies that is needed on another host.
 *
 * @param limit that its stream keeps to, beside that of its host; or null
 */
public record ReplicaOrigin(HostRef host, @Nullable StreamLimit limit) {}
