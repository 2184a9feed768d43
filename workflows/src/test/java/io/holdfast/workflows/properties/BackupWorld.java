package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.BackupActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupDisk;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.OpenedBackup;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The sources' side of rounds, as facts of the {@link World}. */
abstract class BackupWorld implements BackupActivities {
  static final InstanceId INSTANCE = InstanceId.of("00000000-0000-0000-0000-00000000000c");

  /** Which the instance has, when it has more than one disk. */
  static final VolumeId VOLUME = VolumeId.of("00000000-0000-0000-0000-00000000000d");

  final World world;

  /** More than one are sent at once, so that faults come at calls in no fixed order. */
  volatile int disks = 1;

  /** A guest that was held went on before all views were open. */
  volatile boolean wakesEarly;

  /** A guest reboots: its agent freezes nothing. */
  volatile boolean freezesNothing;

  /** Another instance than the first cannot be held: asked so often, something works on it. */
  final AtomicInteger busy = new AtomicInteger();

  /** Who was to be held, in order. */
  final List<InstanceId> asked = new CopyOnWriteArrayList<>();

  /** Before it opens a view; may fail. */
  volatile Runnable onOpen = () -> {};

  /** See {@link OpenedBackup}; of the first instance. */
  volatile long momentMillis;

  /** QEMU died: what was opened is not open any more. */
  volatile boolean losesBackup;

  BackupWorld(World world) {
    this.world = world;
  }

  @Override
  public boolean holdGuest(BackupOrder order, Consistency consistency) {
    asked.add(order.instance());
    requireNoOverlays();
    if (!order.instance().equals(INSTANCE)
        && busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.DISKS_BUSY, "another job works on it");
    }
    if (freezesNothing) {
      throw Failures.of(FailureType.SNAPSHOT_UNSUPPORTED, "The guest's agent does not answer");
    }
    world.facts.add("still");
    return true;
  }

  @Override
  public long releaseGuest(InstanceId instance) {
    world.facts.remove("still");
    if (wakesEarly) {
      throw Failures.of(FailureType.BACKUP_LOST, "The guest did not stand still");
    }
    return 7;
  }

  @Override
  public OpenedBackup openBackup(BackupOrder order) {
    requireNoOverlays();
    onOpen.run();
    world.facts.add("backup");
    world.facts.add("checkpoint");
    return new OpenedBackup(
        Stream.of("root", VOLUME.disk())
            .limit(disks)
            .map(name -> new BackupDisk(name, 1L << 30, ChangeSource.BITMAP, "it is there"))
            .toList(),
        order.instance().equals(INSTANCE) ? momentMillis : 5);
  }

  private void requireNoOverlays() {
    if (world.facts.contains("overlays")) {
      throw Failures.of(FailureType.DISKS_BUSY, "a move has the disks");
    }
  }

  @Override
  public StreamCounts sendDisk(DiskStream stream) {
    if (losesBackup) {
      throw Failures.of(FailureType.BACKUP_LOST, "The backup is not open any more");
    }
    world.facts.add("sent");
    return new StreamCounts(1L << 30, 4096, 0, 0);
  }

  @Override
  public void closeBackup(BackupOrder order, boolean sealed) {
    world.facts.remove("still");
    world.facts.remove("backup");
    if (!sealed) {
      world.facts.remove("checkpoint");
    }
  }
}
