package io.holdfast.workflows.model;

/** The ledger's answer to the reservation of a volume. */
public record PlacedVolume(HostRef host, VolumeSpec volume) {}
