package io.holdfast.workflows.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A domain of ours as its host has it: enough to write its instance's row.
 *
 * @param name libvirt's
 * @param vcpus those that it has, not those that it may grow to
 * @param disks in order, without the seed; sizes as QEMU's tools say
 * @param limit how far it may grow while it runs; null: it has no room for that
 */
public record DomainDescription(
    InstanceId id,
    String name,
    int vcpus,
    int memoryMiB,
    PowerState power,
    String pool,
    List<DiskSpec> disks,
    List<Nic> nics,
    @Nullable ComputeSize limit) {
  /** A nic; network is the libvirt network's UUID, ipv4 the address that is reserved for it. */
  public record Nic(String mac, NetworkId network, String ipv4) {}
}
