package io.holdfast.workflows.model;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instance as its host needs to know it: everything that the ledger settled. Volumes, the domain
 * and the DHCP entries are named after {@code id}, and tagged with {@code job} that made them.
 *
 * @param limit how far it may grow while it runs; null: as large as it starts
 * @param pool libvirt storage pool that holds the volumes
 * @param image that the root disk starts as; null when all disks were made beforehand
 * @param guestTimeoutSeconds how long the guest may take to answer
 */
public record InstanceSpec(
    InstanceId id,
    JobId job,
    String name,
    int vcpus,
    int memoryMiB,
    @Nullable ComputeSize limit,
    String pool,
    @Nullable ImageSpec image,
    List<DiskSpec> disks,
    List<PortSpec> ports,
    SeedSpec seed,
    GuestReadiness readiness,
    int guestTimeoutSeconds) {
  public ComputeSize size() {
    return new ComputeSize(vcpus, memoryMiB);
  }

  /** The same with other disks. */
  InstanceSpec withDisks(List<DiskSpec> others) {
    return new InstanceSpec(
        id,
        job,
        name,
        vcpus,
        memoryMiB,
        limit,
        pool,
        image,
        others,
        ports,
        seed,
        readiness,
        guestTimeoutSeconds);
  }

  /** Of an instance whose root disk starts as one. */
  public ImageSpec requireImage() {
    return Objects.requireNonNull(image, "the disks start as no image");
  }
}
