package io.holdfast.workflows.model;

/**
 * What resets a host when nobody feeds it.
 *
 * @param boot of the host; its uptime means nothing in another one
 * @param uptimeMillis of the host when it was asked
 * @param resetSeconds from the last feed to the reset
 */
public record HostWatchdog(String boot, long uptimeMillis, int resetSeconds) {}
