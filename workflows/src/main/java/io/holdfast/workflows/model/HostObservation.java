package io.holdfast.workflows.model;

import java.util.Map;
import java.util.UUID;

/**
 * All domains of a host at one moment.
 *
 * @param domains power state by domain UUID; at most some thousands
 */
public record HostObservation(Map<UUID, PowerState> domains) {}
