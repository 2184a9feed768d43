package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One disk of a round: what is sent from where to where.
 *
 * @param limit of the way between the two sites, as far as the source's host may use it; or null
 */
public record RoundDisk(
    ReplicaSpec replica,
    ChangeSource change,
    HostRef source,
    HostRef target,
    @Nullable StreamLimit limit) {}
