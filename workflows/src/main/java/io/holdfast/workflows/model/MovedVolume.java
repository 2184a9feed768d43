package io.holdfast.workflows.model;

/**
 * A volume that goes with the instance that has it, into the pool that its disks go to.
 *
 * @param sourcePool that it lies in at the source
 */
public record MovedVolume(VolumeId id, String sourcePool, long sizeBytes) {
  /** As one more disk of the instance; its device is known to its domain alone. */
  DiskSpec asDisk() {
    return new DiskSpec(id.disk(), "", sizeBytes);
  }

  /** As it is at the target. */
  public VolumeSpec in(InstanceSpec instance) {
    return new VolumeSpec(id, instance.job(), instance.pool(), sizeBytes);
  }
}
