package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.temporal.activity.ActivityInterface;

/**
 * An instance on its way to another host. Each method says on which host's queue it is called. All
 * fail with LIBVIRT_UNAVAILABLE (retried) or LIBVIRT_REFUSED.
 */
@ActivityInterface
public interface MigrationActivities {
  /**
   * Source. Changes nothing. Fails with NOT_FOUND when there is no such domain of ours,
   * MIGRATION_REFUSED when it was handed over from here, and not started since.
   */
  MigratableDomain describeMigratable(InstanceId instance);

  /**
   * Target. Looks whether the guest could run here: domain type, machine type, processor, name and
   * UUID, MACs, pool; of disks that are not copied, that it sees them on the same storage. Changes
   * nothing. Fails with MIGRATION_REFUSED and every cause at once.
   */
  MigrationSite checkTarget(InstanceSpec instance, MigratableDomain domain);

  /**
   * Target. Puts an empty overlay over each disk of the instance, whose volumes are here; what an
   * earlier switchover left in one is thrown away. Fails with MIGRATION_BUSY when a domain of the
   * instance is here and is not off, NOT_FOUND without the volumes, STORAGE_FULL.
   */
  void prepareOverlays(InstanceSpec instance);

  /**
   * Target. Gives disks that lie in the source's folder a second name each, in this host's own:
   * what a host removes later is its names alone. What lies here under these names and is another
   * file is replaced. Fails with MIGRATION_REFUSED when it does not see them, MIGRATION_BUSY when a
   * domain of the instance is here and is not off.
   */
  void linkDisks(SharedDisks disks);

  /**
   * Source. Proves that the names which the target has given are the files that the instance has
   * here. Changes nothing. Fails with MIGRATION_REFUSED when one is not.
   */
  void requireLinked(SharedDisks disks);

  /**
   * Source. Moves the running guest, its memory and what its topmost overlays hold, and returns
   * once libvirt says that it runs at the target and no more here. A migration that runs already
   * (begun by an earlier call) is waited for; one that is over is read back. Memory is sent on when
   * the guest writes faster than the link: it is slowed down, then switched over by post-copy if
   * the limits allow; else it is given up when what is left to send does not fall any more
   * (MIGRATION_TOO_SLOW). Heartbeats carry {@link io.holdfast.workflows.model.MigrationProgress}. A
   * cancel ends the migration, and only then the call. Fails with DISKS_BUSY while a round reads
   * the disks, before it begins; else with MIGRATION_FAILED, whatever became of it: then both sides
   * are asked, see {@link #readSide}.
   *
   * <p>Without post-copy the guest arrives standing still, and is let go there once the process
   * that ran it here has ended. So a call that fails may leave the source HANDED_OVER and the
   * target PAUSED: then {@link #resumeGuest} at the target is what is missing.
   */
  SwitchedOver switchOver(SwitchOrder order);

  /**
   * Source. Has libvirt end the migration that takes the guest away, also one whose worker is dead;
   * none is no error, and neither is one that cannot be ended any more. Returns at once: what
   * became of it {@link #readSide} tells.
   */
  void endMigration(InstanceId instance);

  /**
   * Source. What this job's copies and switchovers of the instance may use from now on, those that
   * run already, too, and whatever the calls say that began them. It is kept over restarts of the
   * worker until the instance's overlays are merged here or it has left. What is mirrored of the
   * overlays by a switchover that runs keeps its pace.
   */
  void limitMigration(InstanceId instance, JobId job, MigrationLimits limits);

  /** Source or target. What this host says of the instance. Changes nothing. */
  MigrationSide readSide(InstanceId instance);

  /**
   * The side that is proven to be the only one that has the guest (the other side is HANDED_OVER,
   * OFF or ABSENT): lets the guest that stands still for its migration go on. One that runs is
   * left. Fails with NOT_FOUND, MIGRATION_FAILED when it is off or was handed over from here,
   * MIGRATION_BUSY while a migration works on it, STORAGE_FULL when it stops again at once since
   * its disk has no room, OWNERSHIP_LOST when another instance has taken over,
   * OWNERSHIP_UNCONFIRMED (retried) while the ledger has not said lately that it has not.
   */
  void resumeGuest(InstanceId instance);

  /**
   * The losing side: removes the domain, which must not run, and every volume of the instance, of
   * shared ones this host's names. None is no error. Fails with MIGRATION_BUSY when the domain runs
   * here or a migration works on it.
   */
  void clearSide(InstanceId instance, String pool);
}
