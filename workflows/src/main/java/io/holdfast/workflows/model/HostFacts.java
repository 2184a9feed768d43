package io.holdfast.workflows.model;

import java.util.List;

/**
 * A host as it described itself.
 *
 * @param domainType "kvm" or "qemu": found by starting a guest, not by the device file
 */
public record HostFacts(
    String hostUuid,
    String hostname,
    int cpus,
    long memoryMiB,
    String cpuModel,
    String libvirtVersion,
    String qemuVersion,
    String domainType,
    List<PoolFacts> pools) {}
