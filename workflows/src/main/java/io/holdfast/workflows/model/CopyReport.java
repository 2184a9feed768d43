package io.holdfast.workflows.model;

/**
 * What a host has of an instance that it may not run any more.
 *
 * @param epoch that the host keeps it off by
 * @param state as the host found it, before it did anything about it
 * @param writtenAtMillis when its disks were last written, by the host's clock; 0 when it has none,
 *     or their pool fails
 */
public record CopyReport(InstanceId instance, long epoch, PowerState state, long writtenAtMillis) {}
