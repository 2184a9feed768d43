package io.holdfast.workflows.model;

import org.jspecify.annotations.Nullable;

/**
 * One instance's part of a recovery point, at its source.
 *
 * @param base the point that the target has of this instance, whose checkpoint marks what changed
 *     since; null for none
 */
public record BackupOrder(
    InstanceId instance, RecoveryPointId point, @Nullable RecoveryPointId base) {}
