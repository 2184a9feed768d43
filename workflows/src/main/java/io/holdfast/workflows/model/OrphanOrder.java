package io.holdfast.workflows.model;

/** What a job about an orphan was accepted for. */
public record OrphanOrder(HostRef host, CensusItem item) {}
