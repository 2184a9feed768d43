package io.holdfast.workflows.model;

/**
 * A resize as the ledger recorded it.
 *
 * @param before the size that the instance has
 * @param restart true when an instance that runs may be stopped for it
 */
public record ResizeOrder(
    InstanceId instance,
    HostRef host,
    ComputeSize before,
    ComputeSize wanted,
    boolean restart,
    int graceSeconds) {}
