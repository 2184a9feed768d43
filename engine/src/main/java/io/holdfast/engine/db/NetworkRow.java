package io.holdfast.engine.db;

import io.holdfast.workflows.model.NetworkMode;
import java.time.Instant;
import java.util.UUID;

/**
 * A definition of a network.
 *
 * @param cidr IPv4, e.g. 10.90.0.0/24
 */
public record NetworkRow(UUID id, String name, NetworkMode mode, String cidr, Instant createdAt) {}
