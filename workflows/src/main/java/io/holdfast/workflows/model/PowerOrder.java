package io.holdfast.workflows.model;

/** A power job as the ledger recorded it. */
public record PowerOrder(InstanceLocation location, PowerAction action, int graceSeconds) {}
