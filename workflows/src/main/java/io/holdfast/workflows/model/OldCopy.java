package io.holdfast.workflows.model;

/**
 * What a site that was failed over from still has of an instance.
 *
 * @param source the instance that was protected
 * @param name of it
 * @param host that has its domain and its disks
 */
public record OldCopy(InstanceId source, String name, HostRef host) {}
