package io.holdfast.workflows.model;

/**
 * A snapshot that goes with its instance, into the pool that the instance's disks go to.
 *
 * @param sourcePool that it lies in at the source
 */
public record MovedSnapshot(
    SnapshotId id, String sourcePool, Consistency consistency, TakenSnapshot taken) {
  /** As it is at the target. */
  public SnapshotSpec in(InstanceSpec instance) {
    return new SnapshotSpec(id, instance.job(), instance.id(), instance.pool(), consistency);
  }
}
