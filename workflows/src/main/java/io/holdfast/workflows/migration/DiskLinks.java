package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.saga.Profiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Disks that source and target share: nothing of them is copied. The target gives each file a name
 * of its own, and the source proves that it is the file which the guest has; so whoever loses
 * removes its names, and the disks stay the winner's.
 */
final class DiskLinks {
  private final MigrationOrder order;
  private @Nullable SharedFolder from;
  private @Nullable SharedFolder to;

  DiskLinks(MigrationOrder order) {
    this.order = order;
  }

  /** As both hosts have just read it. Fails with MIGRATION_REFUSED when they do not agree. */
  void between(MigratableDomain domain, MigrationSite site) {
    from = require(domain.shared(), order.source().name(), order.sourcePool());
    to = require(site.shared(), order.target().name(), order.instance().pool());
  }

  private static SharedFolder require(@Nullable SharedFolder shared, String host, String pool) {
    if (shared == null) {
      throw Failures.of(
          FailureType.MIGRATION_REFUSED,
          "By %s the disks do not all lie in a shared pool %s".formatted(host, pool));
    }
    return shared;
  }

  /** May be repeated: what is linked stays, and is proven again. */
  void link() {
    List<String> disks =
        new ArrayList<>(order.moving().disks().stream().map(DiskSpec::name).toList());
    for (MovedSnapshot snapshot : order.snapshots()) {
      for (SnapshotDisk disk : snapshot.taken().disks()) {
        disks.add(snapshot.id().disk(disk.name()));
      }
    }
    String pool = order.instance().pool();
    at(order.target().id()).linkDisks(disks(pool, from, disks));
    at(order.source().id()).requireLinked(disks(order.sourcePool(), to, disks));
    for (MovedSnapshot snapshot : order.snapshots()) {
      Profiles.libvirtShort(SnapshotActivities.class, order.target().id())
          .adoptSnapshot(snapshot.in(order.instance()), snapshot.taken());
    }
  }

  private SharedDisks disks(String pool, @Nullable SharedFolder other, List<String> disks) {
    return new SharedDisks(
        order.instance().id(), pool, Objects.requireNonNull(other, "checked"), disks);
  }

  private static MigrationActivities at(HostId host) {
    return Profiles.libvirtShort(MigrationActivities.class, host);
  }
}
