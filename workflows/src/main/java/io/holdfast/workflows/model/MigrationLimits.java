package io.holdfast.workflows.model;

/**
 * What a migration may use.
 *
 * @param bandwidthMiBps that its disks, and then the guest's memory and overlays, are sent with, in
 *     MiB/s; 0 for no limit but the host's own
 * @param maxDowntimeMillis that the guest may stand still at the switchover, as QEMU estimates it
 * @param postCopy whether the guest may be switched over before all of its memory is there, when it
 *     writes faster than the link: if the link dies then, so does the guest
 */
public record MigrationLimits(long bandwidthMiBps, int maxDowntimeMillis, boolean postCopy) {}
