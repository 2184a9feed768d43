package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * Where the domain of an instance that is taken away may be.
 *
 * @param pool of its disks there; null when it has none
 */
public record FencedPlace(HostRef host, @Nullable String pool) {}
