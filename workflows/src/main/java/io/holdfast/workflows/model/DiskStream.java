package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One disk on its way from its backup to its replica.
 *
 * @param limit that it keeps to, beside those of its host and its instance; or null
 */
public record DiskStream(
    ReplicaSpec replica, ChangeSource change, OpenedReplica target, @Nullable StreamLimit limit) {}
