package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.MemoryActivities;
import io.holdfast.workflows.activity.SnapshotActivities;
import io.holdfast.workflows.activity.SnapshotLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DomainStatus;
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
import io.holdfast.workflows.model.WokenGuest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What jobs do to snapshots, as facts of the {@link World}. */
final class SnapshotWorld
    implements SnapshotActivities, MemoryActivities, SnapshotLedgerActivities {
  private static final InstanceId INSTANCE = InstanceId.of("00000000-0000-0000-0000-00000000000c");

  private final World world;

  /** What the caller of a restore said. */
  volatile boolean restart = true;

  /** Whether the snapshot has the guest's memory, and a restore has the guest go on. */
  volatile boolean memory;

  /** The instance is not what it was when the memory was taken. */
  volatile boolean unfit;

  SnapshotWorld(World world) {
    this.world = world;
  }

  @Override
  public TakenSnapshot takeSnapshot(SnapshotSpec snapshot) {
    world.facts.add("snapshot");
    return new TakenSnapshot(List.of(new SnapshotDisk("root", 1L << 30, 1L << 20)), 1, 2);
  }

  /** Disks and memory are of one moment, or it is thrown away. */
  @Override
  public TakenSnapshot takeMemory(SnapshotSpec snapshot) {
    world.facts.addAll(List.of("snapshot", "memory"));
    return new TakenSnapshot(List.of(new SnapshotDisk("root", 1L << 30, 1L << 20)), 1, 2, 3);
  }

  @Override
  public void abandonMemory(SnapshotSpec snapshot) {
    deleteSnapshot(snapshot.id(), snapshot.pool());
  }

  @Override
  public void checkMemory(SnapshotSpec snapshot) {
    if (unfit) {
      throw Failures.of(FailureType.MEMORY_UNFIT, "It is larger now");
    }
  }

  @Override
  public WokenGuest wakeGuest(SnapshotSpec snapshot) {
    if (!world.facts.contains("restored")) {
      throw new IllegalStateException("Memory fits the disks of its own moment alone");
    }
    world.facts.addAll(List.of("running", "awake"));
    return new WokenGuest(new DomainStatus(INSTANCE, PowerState.RUNNING), true);
  }

  @Override
  public void adoptSnapshot(SnapshotSpec snapshot, TakenSnapshot taken) {
    List<String> files = new ArrayList<>(taken.disks().stream().map(SnapshotDisk::name).toList());
    if (snapshot.memory()) {
      files.add(SnapshotId.MEMORY);
    }
    for (String file : files) {
      if (!world.facts.contains("snapshot-" + file)) {
        throw Failures.of(FailureType.NOT_FOUND, "This host has no file " + file);
      }
    }
    world.facts.add("snapshot");
  }

  @Override
  public void deleteSnapshot(SnapshotId snapshot, String pool) {
    List.copyOf(world.facts).stream()
        .filter(fact -> fact.startsWith("snapshot") || fact.equals("memory"))
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
        World.HOST,
        new SnapshotSpec(snapshot, job, INSTANCE, "fast", Consistency.CRASH, memory),
        restart,
        memory);
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
