package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import io.holdfast.workflows.model.MigrationOrder;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.MigrationStage;
import io.holdfast.workflows.model.MovedSnapshot;
import io.holdfast.workflows.model.MovedVolume;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import io.holdfast.workflows.model.SnapshotDisk;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.model.TakenSnapshot;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The two hosts of a migration. The source is the {@link World} that every other job has; the
 * target is another one, whose facts are among the first one's as "there:domain".
 */
final class MigrationWorld implements MigrationLedgerActivities {
  static final HostRef TARGET = new HostRef(HostId.ofName("beta1"), "beta1");

  private final World world;

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

  private static final SharedFolder HERE = new SharedFolder("storage", "alpha1");
  private static final SharedFolder THERE = new SharedFolder("storage", "beta1");

  /** Both hosts have the disks. */
  volatile boolean shared;

  /** What the job asks for. */
  volatile MigrationMode mode = MigrationMode.AUTO;

  /** What the ledger has of them now. */
  volatile MigrationLimits limits = new MigrationLimits(0, 300, false);

  /** What its source was told of them, in order. */
  final Queue<MigrationLimits> toldLimits = new ConcurrentLinkedQueue<>();

  volatile Runnable onLimits = () -> {};

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
    /** It was handed over, and nobody let it run. */
    HANDED_OVER
  }

  private volatile @Nullable JobId claimedBy;
  private volatile @Nullable JobId handedOverBy;
  private volatile boolean ranThere;

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
    }
    claimedBy = job;
    return order(job, instance);
  }

  /** A guest at the target writes. */
  void runsThere() {
    ranThere = true;
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
  }

  private MigrationStage stage(JobId job) {
    if (world.facts.contains("owned")) {
      return MigrationStage.ARRIVED;
    }
    return job.equals(handedOverBy) ? MigrationStage.HANDING_OVER : MigrationStage.COPYING;
  }

  private MigrationOrder order(JobId job, InstanceId instance) {
    InstanceSpec spec = ExampleSpecs.instance(job, instance, null);
    return new MigrationOrder(
        World.HOST,
        "fast",
        TARGET,
        spec,
        mode,
        limits,
        List.of(),
        5,
        volumes,
        snapshots,
        null,
        shared,
        stage(job));
  }

  @Override
  public MigrationLimits readLimits(JobId job) {
    return limits;
  }

  @Override
  public void releaseMigration(InstanceId instance) {
    claimedBy = null;
    handedOverBy = null;
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
      List<StepUpdate> updates) {
    world.facts.remove("reservation");
    world.succeed(job);
  }

  /** One of the hosts. */
  final class Side implements MigrationActivities, OverlayActivities {
    private final Set<String> facts;
    private volatile int frozen;
    private volatile int copied;

    Side(Set<String> facts) {
      this.facts = facts;
    }

    @Override
    public MigratableDomain describeMigratable(InstanceId instance) {
      if (!facts.contains("domain")) {
        throw Failures.of(FailureType.NOT_FOUND, "It is not here");
      }
      return new MigratableDomain(
          facts.contains("running") ? PowerState.RUNNING : PowerState.SHUTOFF,
          "<d/>",
          frozen,
          shared ? HERE : null);
    }

    @Override
    public MigrationSite checkTarget(InstanceSpec instance, MigratableDomain domain) {
      if (facts.contains("running")) {
        throw Failures.of(FailureType.MIGRATION_REFUSED, "It runs here");
      }
      return new MigrationSite(
          "qemu+tcp://beta1/system",
          "beta1",
          "/pool",
          "/consoles",
          domain.shared() == null ? null : THERE);
    }

    @Override
    public void prepareOverlays(InstanceSpec instance) {
      boolean whole = volumes.isEmpty() || facts.contains("volume");
      if (!facts.contains("volumes") || !whole) {
        throw Failures.of(FailureType.NOT_FOUND, "The volumes are not there");
      }
      if (facts.contains("domain")) {
        throw Failures.of(FailureType.MIGRATION_BUSY, "The instance's domain is here");
      }
      facts.add("overlays");
    }

    @Override
    public void linkDisks(SharedDisks disks) {
      if (facts.contains("domain")) {
        throw Failures.of(FailureType.MIGRATION_BUSY, "The instance's domain is here");
      }
      for (String disk : disks.disks()) {
        require(world.facts, disk);
        facts.add(file(disk));
      }
    }

    @Override
    public void requireLinked(SharedDisks disks) {
      disks.disks().forEach(disk -> require(new PrefixedFacts(world.facts, "there:"), disk));
    }

    private static void require(Set<String> facts, String disk) {
      if (!facts.contains(file(disk))) {
        throw Failures.of(FailureType.MIGRATION_REFUSED, "There is no disk " + disk);
      }
    }

    private static String file(String disk) {
      return SnapshotId.ofDisk(disk)
          .map(of -> "snapshot-" + of.disk())
          .orElse(VolumeId.ofDisk(disk).isPresent() ? "volume" : "volumes");
    }

    @Override
    public void limitMigration(InstanceId instance, JobId job, MigrationLimits told) {
      toldLimits.add(told);
      onLimits.run();
    }

    @Override
    public SwitchedOver switchOver(SwitchOrder order) {
      onSwitchOver.run();
      if (!facts.contains("running")) {
        throw Failures.of(FailureType.MIGRATION_FAILED, "It does not run here");
      }
      if (failingSwitches.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw Failures.of(FailureType.MIGRATION_FAILED, "The link is down");
      }
      if (!world.facts.containsAll(Set.of("there:volumes", "there:ports"))
          || shared == world.facts.contains("there:overlays")) {
        throw Failures.of(FailureType.MIGRATION_FAILED, "The target is not ready");
      }
      lostWrites |= !shared && copied != frozen; // it sends the topmost overlay alone
      Lost lost = lostAnswers.poll();
      world.facts.addAll(Set.of("there:domain", "there:paused"));
      if (facts.contains("attached")) {
        world.facts.add("there:attached");
      }
      if (lost == Lost.ARRIVAL_STRANDED) {
        throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
      }
      facts.remove("running");
      if (lost == Lost.BOTH_STAND) {
        facts.add("paused");
        throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
      }
      facts.add("handed-over");
      if (lost == Lost.HANDED_OVER) {
        throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
      }
      world.facts.remove("there:paused");
      world.facts.add("there:running");
      runsThere();
      return new SwitchedOver(900, 30, 1 << 20, 1 << 20, 2);
    }

    @Override
    public MigrationSide readSide(InstanceId instance) {
      if (facts.contains("running")) {
        return MigrationSide.RUNNING;
      }
      if (facts.contains("handed-over")) {
        return MigrationSide.HANDED_OVER;
      }
      if (!facts.contains("domain")) {
        return MigrationSide.ABSENT;
      }
      return facts.contains("paused") ? MigrationSide.PAUSED : MigrationSide.OFF;
    }

    @Override
    public void resumeGuest(InstanceId instance) {
      facts.remove("paused");
      facts.add("running");
    }

    @Override
    public void clearSide(InstanceId instance, String pool) {
      if (facts.contains("running")) {
        throw Failures.of(FailureType.MIGRATION_BUSY, "It runs here");
      }
      lostWrites |= facts != world.facts && ranThere;
      frozen = 0;
      List.of("domain", "attached", "paused", "volumes", "overlays", "handed-over")
          .forEach(facts::remove);
    }

    @Override
    public List<FrozenDisk> freezeDisks(InstanceId instance, int number) {
      if (number > 0) {
        facts.add("overlays");
        frozen = Math.max(frozen, number);
        copied = number;
      }
      FrozenDisk root = new FrozenDisk("root", 1L << 30);
      return facts.contains("attached")
          ? List.of(root, new FrozenDisk(VOLUME.id().disk(), 1L << 30))
          : List.of(root);
    }

    @Override
    public StreamCounts sendFrozenDisk(DiskStream stream, int number) {
      return new StreamCounts(1L << 30, 1 << 20, 0, 0);
    }

    @Override
    public long readOverlays(InstanceId instance) {
      return writes.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 1L << 30 : 0;
    }

    @Override
    public void mergeOverlays(InstanceId instance) {
      frozen = 0;
      facts.remove("overlays");
    }
  }
}
