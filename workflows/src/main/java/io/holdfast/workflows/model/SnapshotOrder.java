package io.holdfast.workflows.model;

/**
 * A job on a snapshot as the ledger recorded it.
 *
 * @param restart true when an instance that runs may be stopped for a restore
 * @param memory true when a restore has the guest go on where it was
 */
public record SnapshotOrder(HostRef host, SnapshotSpec snapshot, boolean restart, boolean memory) {}
