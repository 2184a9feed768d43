package io.holdfast.workflows.model;

/**
 * A network as a host builds it: made on the host with the first port, removed with the last.
 *
 * @param cidr IPv4, e.g. 10.90.0.0/24; the first address is the host's own (gateway, DHCP, DNS)
 */
public record NetworkSpec(NetworkId id, String name, NetworkMode mode, String cidr) {}
