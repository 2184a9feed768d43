package io.holdfast.workflows.model;

/** A host with the name that people know it by. */
public record HostRef(HostId id, String name) {}
