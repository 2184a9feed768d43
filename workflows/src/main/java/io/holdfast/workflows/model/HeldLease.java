package io.holdfast.workflows.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A lease that is to be released.
 *
 * @param kind of the job that holds it
 * @param generation from which on a host lets calls in
 * @param instance where the held instance lies; null when the resource is none
 */
public record HeldLease(
    JobKind kind, UUID resource, long generation, @Nullable InstanceLocation instance) {}
