package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * What a replica was found to be.
 *
 * @param root that was read, in hex; null when it is broken
 * @param broken what is wrong with it, or null
 */
public record VerifiedDisk(
    InstanceId instance, String disk, @Nullable String root, @Nullable String broken) {}
