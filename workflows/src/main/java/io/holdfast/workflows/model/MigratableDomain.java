package io.holdfast.workflows.model;

/**
 * A domain as its source describes it to a target.
 *
 * @param xml libvirt's migratable description
 */
public record MigratableDomain(PowerState state, String xml) {}
