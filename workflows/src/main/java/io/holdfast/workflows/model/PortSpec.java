package io.holdfast.workflows.model;

/**
 * One nic of an instance.
 *
 * @param mac derives from the job, 52:54:00:xx:xx:xx
 * @param ipv4 reserved in the ledger and in the network's DHCP server
 */
public record PortSpec(NetworkSpec network, String mac, String ipv4) {}
