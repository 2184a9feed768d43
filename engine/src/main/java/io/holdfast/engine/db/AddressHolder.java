package io.holdfast.engine.db;

import java.util.UUID;

/** Who has an address of a network. */
public record AddressHolder(UUID networkId, String ipv4, UUID instanceId, String instanceName) {}
