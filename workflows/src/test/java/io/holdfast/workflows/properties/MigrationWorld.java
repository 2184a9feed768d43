package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The two hosts of a migration. The source is the {@link World} that every other job has; the
 * target is another one, whose facts are among the first one's as "there:domain".
 */
final class MigrationWorld implements MigrationLedgerActivities {
  static final HostRef TARGET = new HostRef(HostId.ofName("beta1"), "beta1");

  private final World world;

  /** Where the next claim is made. */
  volatile HostRef target = TARGET;

  /** How many claims were made. */
  private final AtomicInteger claims = new AtomicInteger();

  /** What a move that succeeded has said of earlier targets. */
  volatile List<String> leftBehind = List.of();

  /** One that an instance may have. */
  static final MovedVolume VOLUME =
      new MovedVolume(VolumeId.of("00000000-0000-0000-0000-00000000000d"), "large", 1L << 30);

  /** That the instance has, and that go along. */
  volatile List<MovedVolume> volumes = List.of();

  /** One that an instance may have, with its guest's memory. */
  static final MovedSnapshot SNAPSHOT =
      new MovedSnapshot(
          SnapshotId.of("00000000-0000-0000-0000-00000000000f"),
          "fast",
          Consistency.CRASH,
          new TakenSnapshot(
              List.of(
                  new SnapshotDisk("root", 1L << 30, 1L << 20),
                  new SnapshotDisk("disk1", 1L << 30, 1L << 20)),
              1,
              2,
              3000));

  /** The same without memory. */
  static final MovedSnapshot SNAPSHOT_OF_DISKS =
      new MovedSnapshot(
          SNAPSHOT.id(),
          SNAPSHOT.sourcePool(),
          Consistency.CRASH,
          new TakenSnapshot(SNAPSHOT.taken().disks(), 1, 2));

  volatile List<MovedSnapshot> snapshots = List.of();

  /** Both hosts have the disks. */
  volatile boolean shared;

  /** What the job asks for. */
  volatile MigrationMode mode = MigrationMode.AUTO;

  /** What the ledger has of them now. */
  volatile MigrationLimits limits = new MigrationLimits(0, 300, false);

  /** What its source was told of them, in order. */
  final Queue<MigrationLimits> toldLimits = new ConcurrentLinkedQueue<>();

  volatile Runnable onLimits = () -> {};

  /** How often a migration has to be told to end. */
  final AtomicInteger endings = new AtomicInteger();

  /** Called by each freezing before it does anything. */
  volatile Runnable onFreeze = () -> {};

  /** Called by each look at a side, before it; 1 is the source's first one, 2 the target's. */
  volatile IntConsumer onLook = look -> {};

  final AtomicInteger looks = new AtomicInteger();

  /** Called before the target is made ready for a switchover. */
  volatile Runnable onPrepare = () -> {};

  /** Called by each merge before it does anything. */
  volatile Runnable onMerge = () -> {};

  /** Called before a guest that stands still is to go on. */
  volatile Runnable onResume = () -> {};

  /** How often a guest that is to go on stands still again at once. */
  final AtomicInteger standstills = new AtomicInteger();

  /** Called before the guest is stopped at the target. */
  volatile Runnable onStopThere = () -> {};

  /** Called by each switchover before it does anything, with the world as it is then. */
  volatile Runnable onSwitchOver = () -> {};

  /** How often the guest writes much while its disks are copied. */
  final AtomicInteger writes = new AtomicInteger();

  /** How often a switchover will fail before one succeeds. */
  final AtomicInteger failingSwitches = new AtomicInteger();

  /** What becomes of switchovers whose answers are lost, one after the other. */
  final Queue<Lost> lostAnswers = new ConcurrentLinkedQueue<>();

  /** What a switchover did before its answer was lost. */
  enum Lost {
    /** The guest went on at its source; what had arrived stands still at the target. */
    ARRIVAL_STRANDED,
    /** The guest stands still on both sides. */
    BOTH_STAND,
    /** Its memory lies on both sides. */
    POST_COPY,
    /** It was handed over, and nobody let it run. */
    HANDED_OVER
  }

  private volatile @Nullable JobId claimedBy;
  private volatile @Nullable JobId handedOverBy;

  /** The ledger knows that the source has run it since. */
  volatile boolean takenBack;

  volatile boolean ranThere;

  /** What a guest wrote at the target was removed, or what it wrote before did not get there. */
  volatile boolean lostWrites;

  MigrationWorld(World world) {
    this.world = world;
  }

  @Override
  public MigrationOrder reserveMigration(JobId job, InstanceId instance) {
    if (!world.facts.contains("owned")) {
      world.facts.add("there:reservation");
    }
    if (!job.equals(claimedBy)) {
      ranThere = false;
      claims.incrementAndGet();
    }
    claimedBy = job;
    return order(job, instance);
  }

  /** A guest at the target writes. */
  void runsThere() {
    ranThere = true;
    lostWrites |= world.facts.contains("there:stale");
  }

  @Override
  public @Nullable MigrationOrder earlierRun(JobId job, InstanceId instance) {
    boolean touched =
        stage(job) != MigrationStage.COPYING
            || world.told.contains(Steps.CHECK_TARGET + " " + StepState.SUCCEEDED);
    return job.equals(claimedBy) && touched ? order(job, instance) : null;
  }

  @Override
  public void beginHandover(JobId job, InstanceId instance) {
    handedOverBy = job;
    takenBack = false;
  }

  @Override
  public void takeBackHandover(JobId job, InstanceId instance) {
    takenBack = true;
  }

  private MigrationStage stage(JobId job) {
    if (world.facts.contains("owned")) {
      return MigrationStage.ARRIVED;
    }
    if (!job.equals(handedOverBy)) {
      return MigrationStage.COPYING;
    }
    return takenBack ? MigrationStage.TAKEN_BACK : MigrationStage.HANDING_OVER;
  }

  private MigrationOrder order(JobId job, InstanceId instance) {
    InstanceSpec spec = ExampleSpecs.instance(job, instance, null);
    return new MigrationOrder(
        World.HOST,
        "fast",
        target,
        spec,
        mode,
        limits,
        List.of(),
        5,
        volumes,
        snapshots,
        null,
        shared,
        stage(job),
        claims.get());
  }

  @Override
  public MigrationLimits readLimits(JobId job) {
    return limits;
  }

  @Override
  public void releaseMigration(InstanceId instance) {
    claimedBy = null;
    handedOverBy = null;
    takenBack = false;
    world.facts.remove(world.facts.contains("owned") ? "reservation" : "there:reservation");
  }

  @Override
  public void recordOwner(JobId job, InstanceId instance, PowerState power) {
    world.facts.add("owned");
    world.recordedPower = power;
  }

  @Override
  public void completeMigration(
      JobId job,
      InstanceId instance,
      PowerState power,
      SwitchedOver switched,
      List<String> left,
      List<StepUpdate> updates) {
    leftBehind = left;
    world.facts.remove("reservation");
    world.succeed(job);
  }
}
