package io.holdfast.workflows.model;

/** An adoption and where it is to happen. */
public record PlacedAdoption(HostRef host, DiskAdoption adoption) {}
