package io.holdfast.workflows.model;

import java.util.List;

/**
 * A domain of ours as its host has it: enough to write its instance's row.
 *
 * @param name libvirt's
 * @param disks in order, without the seed; sizes as QEMU's tools say
 */
public record DomainDescription(
    InstanceId id,
    String name,
    int vcpus,
    int memoryMiB,
    PowerState power,
    String pool,
    List<DiskSpec> disks,
    List<Nic> nics) {
  /** A nic; network is the libvirt network's UUID, ipv4 the address that is reserved for it. */
  public record Nic(String mac, NetworkId network, String ipv4) {}
}
