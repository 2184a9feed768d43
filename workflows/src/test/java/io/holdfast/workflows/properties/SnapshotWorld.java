package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotClone;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.SnapshotOrder;
import io.holdfast.workflows.model.SnapshotSpec;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.TakenSnapshot;
import java.util.List;
import java.util.UUID;

/** What jobs do to snapshots, as facts of the {@link World}. */
final class SnapshotWorld implements SnapshotActivities, SnapshotLedgerActivities {
  private static final InstanceId INSTANCE = InstanceId.of("00000000-0000-0000-0000-00000000000c");

  private final World world;

  /** What the caller of a restore said. */
  volatile boolean restart = true;

  SnapshotWorld(World world) {
    this.world = world;
  }

  @Override
  public TakenSnapshot takeSnapshot(SnapshotSpec snapshot) {
    world.facts.add("snapshot");
    return new TakenSnapshot(List.of(new SnapshotDisk("root", 1L << 30, 1L << 20)), 1, 2);
  }

  @Override
  public void adoptSnapshot(SnapshotSpec snapshot, TakenSnapshot taken) {
    for (SnapshotDisk disk : taken.disks()) {
      if (!world.facts.contains("snapshot-" + disk.name())) {
        throw Failures.of(FailureType.NOT_FOUND, "This host has no disk " + disk.name());
      }
    }
    world.facts.add("snapshot");
  }

  @Override
  public void deleteSnapshot(SnapshotId snapshot, String pool) {
    List.copyOf(world.facts).stream()
        .filter(fact -> fact.startsWith("snapshot"))
        .forEach(world.facts::remove);
  }

  @Override
  public void restoreDisks(SnapshotSpec snapshot) {
    world.facts.add("restored");
    world.facts.add("replaced");
  }

  @Override
  public void returnDisks(SnapshotSpec snapshot) {
    if (world.facts.remove("replaced")) {
      world.facts.remove("restored");
    }
  }

  @Override
  public void dropReplacedDisks(SnapshotSpec snapshot) {
    world.facts.remove("replaced");
  }

  @Override
  public SnapshotOrder reserveSnapshot(JobId job, SnapshotId snapshot) {
    world.facts.add("reservation");
    return snapshotOrder(job, snapshot);
  }

  @Override
  public void releaseSnapshot(SnapshotId snapshot) {
    world.facts.remove("reservation");
  }

  @Override
  public void completeSnapshot(
      JobId job, SnapshotId snapshot, TakenSnapshot taken, List<StepUpdate> updates) {
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public SnapshotOrder snapshotOrder(JobId job, SnapshotId snapshot) {
    return new SnapshotOrder(
        World.HOST, new SnapshotSpec(snapshot, job, INSTANCE, "fast", Consistency.CRASH), restart);
  }

  @Override
  public List<SnapshotClone> snapshotClones(JobId job, InstanceId instance) {
    SnapshotSpec snapshot =
        snapshotOrder(job, new SnapshotId(new UUID(0, 14))).snapshot(); // any will do
    return List.of(
        new SnapshotClone(snapshot, instance, job, "fast", new DiskSpec("root", "vda", 1L << 30)));
  }

  @Override
  public long cloneDisk(SnapshotClone clone) {
    world.facts.add("volumes");
    return clone.disk().sizeBytes();
  }

  @Override
  public void completeRestore(
      JobId job, SnapshotId snapshot, PowerState power, List<StepUpdate> updates) {
    world.recordedPower = power;
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public void completeDeleteSnapshot(JobId job, SnapshotId snapshot, List<StepUpdate> updates) {
    world.facts.remove("reservation");
    world.facts.remove("row");
    world.ended = JobState.SUCCEEDED;
  }
}
