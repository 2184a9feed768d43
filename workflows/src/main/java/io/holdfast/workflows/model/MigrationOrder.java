package io.holdfast.workflows.model;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A migration as the ledger settled it.
 *
 * @param sourcePool libvirt storage pool of the instance's disks at the source
 * @param instance as the target needs to know it: in the target's pool, its disks made beforehand
 * @param bases at most one for each disk
 * @param graceSeconds that the guest has to shut down when the migration is COLD
 * @param volumes that the instance has, which go with it
 * @param snapshots of the instance, which go with it
 * @param copying what the copy keeps to between two sites, beside its own limits; or null
 * @param shared true when both pools lie on one storage, so that nothing is copied
 * @param stage how far an earlier run of the job had come
 * @param claimedAtMillis another one for each claim of the job; 0 of an engine that told none
 */
public record MigrationOrder(
    HostRef source,
    String sourcePool,
    HostRef target,
    InstanceSpec instance,
    MigrationMode mode,
    MigrationLimits limits,
    List<CopyBase> bases,
    int graceSeconds,
    List<MovedVolume> volumes,
    List<MovedSnapshot> snapshots,
    @Nullable StreamLimit copying,
    boolean shared,
    MigrationStage stage,
    long claimedAtMillis) {
  /** An engine that knew nothing of these settled a move without any. */
  public MigrationOrder {
    volumes = volumes == null ? List.of() : List.copyOf(volumes);
    snapshots = snapshots == null ? List.of() : List.copyOf(snapshots);
    stage = stage == null ? MigrationStage.COPYING : stage;
  }

  /** The instance as it moves: its volumes are among its disks. */
  public InstanceSpec moving() {
    return volumes.isEmpty()
        ? instance
        : instance.withDisks(
            Stream.concat(instance.disks().stream(), volumes.stream().map(MovedVolume::asDisk))
                .toList());
  }
}
