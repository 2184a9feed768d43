package io.holdfast.activities.migration.overlay;

import io.holdfast.activities.libvirt.HostEvents;
import io.holdfast.activities.libvirt.LibvirtConnection;
import io.holdfast.activities.libvirt.OurDomains;
import io.holdfast.activities.ownership.OwnershipBook;
import io.holdfast.activities.replication.backup.SentLeaves;
import io.holdfast.activities.replication.backup.SourceDisk;
import io.holdfast.activities.replication.backup.ViewSending;
import io.holdfast.activities.worker.FailureMapping;
import io.holdfast.activities.worker.KeyedLocks;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.StreamCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Overlays as qcow2 files beside the disks, made and merged by libvirt. */
@SuppressWarnings("try") // a lock is held, not used
public final class HostOverlays implements OverlayActivities {
  private final KeyedLocks locks;
  private final SentLeaves leaves;
  private final Freezing freezing;
  private final Merges merges;
  private final FrozenSending sending;
  private final FullDisks full;

  /**
   * Wires it.
   *
   * @param locks one lock an instance, shared with its domain's activities
   * @param leaves of the disks that go to other hosts
   * @param limits that these keep to
   * @param ownership of the host's instances
   */
  public HostOverlays(
      LibvirtConnection libvirt,
      HostEvents events,
      KeyedLocks locks,
      SentLeaves leaves,
      MoveLimits limits,
      ViewSending views,
      OwnershipBook ownership) {
    OurDomains domains = new OurDomains(libvirt);
    this.locks = locks;
    this.leaves = leaves;
    freezing = new Freezing(domains);
    merges = new Merges(domains, events);
    sending = new FrozenSending(merges, views, limits);
    full = new FullDisks(domains, events, ownership);
  }

  @Override
  public List<FrozenDisk> freezeDisks(InstanceId instance, int number) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      return number == 0 ? still(instance) : frozen(instance, number);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public StreamCounts sendFrozenDisk(DiskStream stream, int number) {
    try {
      return sending.send(stream, number);
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public long readOverlays(InstanceId instance) {
    try {
      long bytes = 0;
      for (SourceDisk disk : look(instance).now()) {
        bytes += disk.overlay() > 0 ? Files.size(disk.path()) : 0;
      }
      return bytes;
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  @Override
  public void mergeOverlays(InstanceId instance) {
    try (KeyedLocks.Held held = locks.lock(instance)) {
      merges.merge(instance);
      leaves.forget(instance);
      full.letGoOn(instance); // its overlays may have been what filled the pool
    } catch (IOException failed) {
      throw FailureMapping.typed(failed);
    }
  }

  private List<FrozenDisk> still(InstanceId instance) throws IOException {
    if (look(instance).active()) {
      throw Failures.of(FailureType.INSTANCE_MUST_BE_STOPPED, "The instance runs");
    }
    merges.merge(instance);
    return told(instance, look(instance).now(), 0);
  }

  private List<FrozenDisk> frozen(InstanceId instance, int number) throws IOException {
    Merges.Shown shown = look(instance);
    if (!shown.active()) {
      throw Failures.of(
          FailureType.INSTANCE_ENDED, "The guest was ended here while it was to be moved");
    }
    full.letGoOn(instance); // a person has made room, and the move goes on
    if (!lieUnder(shown.now(), number)) {
      merges.takeBackForgotten(instance, shown);
      shown = look(instance);
    }
    if (!lieUnder(shown.now(), number)) {
      freeze(instance, shown, number);
    }
    List<SourceDisk> disks = look(instance).now();
    if (!lieUnder(disks, number)) {
      throw Failures.of(
          FailureType.LIBVIRT_REFUSED, "libvirt took the overlays but the domain has " + disks);
    }
    return told(instance, disks, number);
  }

  private void freeze(InstanceId instance, Merges.Shown shown, int number) throws IOException {
    List<SourceDisk> disks = shown.now();
    if (disks.stream().anyMatch(disk -> disk.overlay() != number - 1)) {
      throw Failures.of(
          FailureType.MIGRATION_REFUSED,
          "Overlay %d cannot be next for disks %s".formatted(number, disks));
    }
    for (SourceDisk disk : disks) {
      OverlayFiles.remove(OverlayFiles.overlay(disk, instance, number)); // of a call that was cut
    }
    new OverlayRoom(instance, disks).require();
    freezing.freeze(instance, disks, number);
  }

  private static boolean lieUnder(List<SourceDisk> disks, int number) {
    return disks.stream().allMatch(disk -> disk.overlay() >= number);
  }

  private static List<FrozenDisk> told(InstanceId instance, List<SourceDisk> disks, int number)
      throws IOException {
    List<FrozenDisk> frozen = new ArrayList<>();
    for (SourceDisk disk : disks) {
      frozen.add(
          new FrozenDisk(
              disk.name(), OverlayFiles.virtualSize(OverlayFiles.below(disk, instance, number))));
    }
    return frozen;
  }

  private Merges.Shown look(InstanceId instance) {
    return merges
        .look(instance)
        .orElseThrow(
            () ->
                Failures.of(
                    FailureType.NOT_FOUND, "This host has no instance " + instance + " of ours"));
  }
}
