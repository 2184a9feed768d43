package io.holdfast.workflows.model;

/** A domain as libvirt reported it after the call. */
public record DomainStatus(InstanceId instance, PowerState state) {}
