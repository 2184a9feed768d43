package io.holdfast.workflows.model;

/** An instance that leaves its host. */
public record EvacuationMove(InstanceId instance, String name) {}
