package io.holdfast.workflows.model;

/**
 * A guest that goes on from a snapshot's memory.
 *
 * @param clockSet true when its agent has set its clock, which stood still since the snapshot
 */
public record WokenGuest(DomainStatus status, boolean clockSet) {}
