package io.holdfast.activities.migration;

import io.holdfast.activities.domain.DomainNames;
import io.holdfast.activities.libvirt.DomainJob;
import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.MigrationCalls.Status;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.migration.overlay.FullDisks;
import io.holdfast.activities.migration.overlay.MoveLimits;
import io.holdfast.activities.migration.overlay.OverlayFiles;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.pool.PoolFiles;
import io.holdfast.activities.pool.PoolRefresher;
import io.holdfast.activities.pool.Pools;
import io.holdfast.activities.pool.SharedPools;
import io.holdfast.activities.qemu.QemuImg;
import io.holdfast.activities.replication.backup.SentLeaves;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.still.Stills;
import io.holdfast.activities.volume.VolumeNames;
import io.holdfast.activities.worker.Beat;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.config.LibvirtSettings;
import io.holdfast.config.MigrationSettings;
import io.holdfast.workflows.activity.DomainActivities;
import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.VolumeActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Live migrations by libvirt, from one libvirtd to the other. */
@SuppressWarnings("try") // a lock is held, not used
public final class HostMigrations implements MigrationActivities {
  private static final long LOOK_MILLIS = 500;
  private static final int XML_SECURE = 1;
  private static final int XML_INACTIVE = 1 << 1;
  private static final int XML_MIGRATABLE = 1 << 3;

  private final LibvirtConnection libvirt;
  private final HostEvents events;
  private final OurDomains ours;
  private final Pools pools;
  private final PoolRefresher refresher;
  private final KeyedLocks locks;
  private final Stills stills;
  private final DomainActivities domains;
  private final VolumeActivities volumes;
  private final OwnershipBook ownership;
  private final SentLeaves leaves;
  private final MoveLimits limits;
  private final @Nullable MigrationSettings settings;
  private final Sides sides;
  private final DiskNames names;
  private final Switchover switchover;
  private final FullDisks full;

  /**
   * Wires it.
   *
   * @param shared pools that other hosts reach, too
   * @param locks one lock an instance, shared with its domain's activities
   * @param stills guests that a snapshot or a round holds still
   * @param leaves of the disks that go to other hosts
   * @param limits of the instances that do
   * @param settings null when no instance can be moved here
   */
  public HostMigrations(
      LibvirtConnection libvirt,
      HostEvents events,
      Pools pools,
      SharedPools shared,
      PoolRefresher refresher,
      KeyedLocks locks,
      Stills stills,
      DomainActivities domains,
      VolumeActivities volumes,
      OwnershipBook ownership,
      SentLeaves leaves,
      MoveLimits limits,
      LibvirtSettings own,
      @Nullable MigrationSettings settings) {
    this.libvirt = libvirt;
    this.events = events;
    this.pools = pools;
    this.refresher = refresher;
    this.locks = locks;
    this.stills = stills;
    this.domains = domains;
    this.volumes = volumes;
    this.ownership = ownership;
    this.leaves = leaves;
    this.limits = limits;
    this.settings = settings;
    ours = new OurDomains(libvirt);
    sides = new Sides(ours);
    full = new FullDisks(ours, events, ownership);
    names = new DiskNames(pools, shared);
    switchover = new Switchover(own.uri(), events, ours, sides, limits, ownership);
  }

  @Override
  public MigratableDomain describeMigratable(InstanceId instance) {
    long longest = System.nanoTime() + 2 * Stills.LONGEST.toNanos();
    while (true) {
      long seen = events.count();
      try (KeyedLocks.Held held = locks.lock(instance)) {
        if (!stills.holds(instance)) {
          return describe(instance);
        }
      }
      if (longest - System.nanoTime() < 0) {
        throw held(instance);
      }
      Beat.current().check();
      events.await(seen, LOOK_MILLIS);
    }
  }

  private MigratableDomain describe(InstanceId instance) {
    return ours.require(
        "Describing the domain",
        instance,
        (session, domain) -> {
          Status status = session.migrations().status(instance.value());
          if (Sides.of(status, DomainJob.Kind.NONE) == MigrationSide.HANDED_OVER) {
            throw Failures.of( // else it would be taken for one that is merely off
                FailureType.MIGRATION_REFUSED,
                "The guest was handed over from here; start it first if no other host has it");
          }
          int which = domain.isActive() == 1 ? 0 : XML_INACTIVE;
          String xml = domain.getXMLDesc(XML_SECURE | XML_MIGRATABLE | which);
          int overlays =
              SourceDisk.overlaid(xml, instance).stream()
                  .mapToInt(SourceDisk::overlay)
                  .max()
                  .orElse(0);
          return new MigratableDomain(
              session.state(instance.value()), xml, overlays, shared(xml, instance).orElse(null));
        });
  }

  private Optional<SharedFolder> shared(String xml, InstanceId instance) {
    try {
      return names.of(xml, instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public MigrationSite checkTarget(InstanceSpec instance, MigratableDomain domain) {
    List<String> causes = new ArrayList<>();
    MigrationSettings here = settings;
    if (here == null) {
      causes.add("This host's worker has no settings for migrations");
    }
    Path folder = null;
    try {
      folder = pools.folder(instance.pool());
    } catch (ApplicationFailure absent) {
      if (!absent.getType().equals(FailureType.NOT_FOUND.name())) {
        throw absent;
      }
      causes.add("This host has no pool " + instance.pool());
    }
    TargetCheck check = new TargetCheck(instance, domain.xml());
    causes.addAll(libvirt.call("Looking whether the guest could run here", check::causes));
    if (here == null || folder == null || !causes.isEmpty()) {
      throw Failures.of(
          FailureType.MIGRATION_REFUSED, "The instance cannot be moved to this host", causes);
    }
    SharedFolder from = domain.shared();
    return new MigrationSite(
        here.libvirtUri(),
        here.address(),
        folder.toString(),
        DomainNames.CONSOLES.toString(),
        from == null ? null : beside(from, instance));
  }

  private SharedFolder beside(SharedFolder from, InstanceSpec instance) {
    List<String> disks = instance.disks().stream().map(DiskSpec::name).toList();
    try {
      return names.require(new SharedDisks(instance.id(), instance.pool(), from, disks));
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void linkDisks(SharedDisks disks) {
    try (KeyedLocks.Held held = locks.lock(disks.instance())) {
      requireOff(disks.instance());
      ownership.grant(disks.instance()); // libvirt's hook asks for it when the guest arrives
      names.link(disks);
      refresher.soon(disks.pool());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void requireLinked(SharedDisks disks) {
    try {
      names.requireLinked(disks);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void prepareOverlays(InstanceSpec instance) {
    Path folder = pools.folder(instance.pool());
    try (KeyedLocks.Held held = locks.lock(instance.id())) {
      requireOff(instance.id());
      ownership.grant(instance.id()); // libvirt's hook asks for it when the guest arrives
      for (DiskSpec disk : instance.disks()) {
        prepare(folder, instance, disk);
      }
      refresher.soon(instance.pool());
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private void requireOff(InstanceId instance) {
    MigrationSide side = sides.read(instance);
    if (side != MigrationSide.ABSENT && side != MigrationSide.OFF) {
      throw Failures.of(
          FailureType.MIGRATION_BUSY, "The instance's domain is here, and is " + side);
    }
  }

  private static void prepare(Path folder, InstanceSpec instance, DiskSpec disk)
      throws IOException {
    Path base = VolumeNames.disk(folder, instance.id(), disk);
    Path overlay = VolumeNames.overlay(folder, instance.id(), disk.name(), 1);
    Path part = folder.resolve(PoolFiles.temporaryName(String.valueOf(overlay.getFileName())));
    try {
      OverlayFiles.remove(overlay);
      PoolFiles.createPrivate(part);
      QemuImg.createOverlay(part, base, OverlayFiles.virtualSize(base));
      PoolFiles.tag(part, instance.job());
      PoolFiles.publish(part, overlay);
    } finally {
      PoolFiles.deleteQuietly(part);
    }
  }

  @Override
  public SwitchedOver switchOver(SwitchOrder order) {
    try (KeyedLocks.Held held = locks.lock(order.instance().id())) {
      return switchover.run(order);
    }
  }

  @Override
  public void endMigration(InstanceId instance) { // as below: who began it may hold the lock
    Ending.ask(ours, instance);
  }

  @Override
  public void limitMigration(InstanceId instance, JobId job, MigrationLimits wanted) {
    try { // without the instance's lock, which a switchover holds; it looks by itself
      limits.put(instance, job, wanted);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public MigrationSide readSide(InstanceId instance) {
    return sides.read(instance);
  }

  @Override
  public void resumeGuest(InstanceId instance) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      if (stills.holds(instance)) {
        throw held(instance); // it goes on by itself, and not before its round is through with it
      }
      MigrationSide side = sides.read(instance);
      switch (side) {
        case RUNNING -> {}
        case PAUSED -> {
          ownership.require(instance); // both hosts may have been away while it was recovered
          ours.require(
              "Letting the guest go on",
              instance,
              (session, domain) -> {
                domain.resume();
                return true;
              });
          full.requireRoom(instance);
        }
        case LEAVING, ARRIVING -> throw busy(instance, side);
        case ABSENT ->
            throw Failures.of(
                FailureType.NOT_FOUND, "This host has no instance " + instance + " of ours");
        case OFF, HANDED_OVER, BROKEN ->
            throw Failures.of(
                FailureType.MIGRATION_FAILED, "The guest cannot go on here: it is " + side);
      }
    }
  }

  @Override
  public void clearSide(InstanceId instance, String pool) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      MigrationSide side = sides.read(instance);
      if (side == MigrationSide.RUNNING
          || side == MigrationSide.LEAVING
          || side == MigrationSide.ARRIVING
          || side == MigrationSide.BROKEN) {
        throw busy(instance, side);
      }
      domains.undefineDomain(instance);
      volumes.deleteVolumes(instance, pool);
      leaves.forget(instance);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private static RuntimeException held(InstanceId instance) {
    return Failures.of(
        FailureType.MIGRATION_BUSY, "A round or a snapshot has %s stand still".formatted(instance));
  }

  private static RuntimeException busy(InstanceId instance, MigrationSide side) {
    return Failures.of(
        FailureType.MIGRATION_BUSY, "%s is %s on this host".formatted(instance, side));
  }
}
