package io.holdfast.workflows.model;

/** A command and the host that has its guest. */
public record CommandOrder(HostRef host, GuestCommand command) {}
