package io.holdfast.workflows.model;

/**
 * The ledger's answer to a reservation.
 *
 * @param imageOnHost true when the ledger knows that the image was verified on this host before
 */
public record Placement(HostRef host, InstanceSpec instance, boolean imageOnHost) {}
