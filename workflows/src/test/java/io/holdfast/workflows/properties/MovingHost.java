package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.MigrationActivities;
import io.holdfast.workflows.activity.OverlayActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.FrozenDisk;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSpec;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigratableDomain;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationSide;
import io.holdfast.workflows.model.MigrationSite;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.SharedDisks;
import io.holdfast.workflows.model.SharedFolder;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.SwitchOrder;
import io.holdfast.workflows.model.SwitchedOver;
import io.holdfast.workflows.model.VolumeId;
import java.util.List;
import java.util.Set;

/** One of the hosts of a {@link MigrationWorld}. */
final class MovingHost implements MigrationActivities, OverlayActivities {
  private static final SharedFolder HERE = new SharedFolder("storage", "alpha1");
  private static final SharedFolder THERE = new SharedFolder("storage", "beta1");

  private final MigrationWorld moves;
  private final World world;
  private final Set<String> facts;
  private volatile int frozen;
  private volatile int copied;

  MovingHost(MigrationWorld moves, World world, Set<String> facts) {
    this.moves = moves;
    this.world = world;
    this.facts = facts;
  }

  @Override
  public MigratableDomain describeMigratable(InstanceId instance) {
    if (!facts.contains("domain")) {
      throw Failures.of(FailureType.NOT_FOUND, "It is not here");
    }
    if (facts.contains("handed-over")) {
      throw Failures.of(FailureType.MIGRATION_REFUSED, "It was handed over from here");
    }
    return new MigratableDomain(
        facts.contains("running") ? PowerState.RUNNING : PowerState.SHUTOFF,
        "<d/>",
        frozen,
        moves.shared ? HERE : null);
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
    moves.onPrepare.run();
    boolean whole = moves.volumes.isEmpty() || facts.contains("volume");
    if (!facts.contains("volumes") || !whole) {
      throw Failures.of(FailureType.NOT_FOUND, "The volumes are not there");
    }
    if (facts.contains("running") || facts.contains("paused")) {
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
    moves.toldLimits.add(told);
    moves.onLimits.run();
  }

  @Override
  public SwitchedOver switchOver(SwitchOrder order) {
    moves.onSwitchOver.run();
    facts.remove("leaving"); // followed to its end
    if (facts.remove("broken")) {
      world.facts.remove("there:broken");
      return arrived();
    }
    if (!facts.contains("running")) {
      throw Failures.of(FailureType.MIGRATION_FAILED, "It does not run here");
    }
    if (moves.failingSwitches.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.MIGRATION_FAILED, "The link is down");
    }
    if (!world.facts.containsAll(Set.of("there:volumes", "there:ports"))
        || moves.shared == world.facts.contains("there:overlays")) {
      throw Failures.of(FailureType.MIGRATION_FAILED, "The target is not ready");
    }
    moves.lostWrites |= !moves.shared && copied != frozen; // it sends the topmost overlay alone
    MigrationWorld.Lost lost = moves.lostAnswers.poll();
    world.facts.addAll(Set.of("there:domain", "there:paused"));
    if (facts.contains("attached")) {
      world.facts.add("there:attached");
    }
    world.facts.remove("there:stale");
    if (lost == MigrationWorld.Lost.ARRIVAL_STRANDED) {
      world.facts.add("there:stale"); // the guest writes on here
      throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
    }
    facts.remove("running");
    if (lost == MigrationWorld.Lost.POST_COPY) {
      world.facts.remove("there:paused");
      world.facts.addAll(Set.of("broken", "there:broken"));
      throw Failures.of(FailureType.MIGRATION_FAILED, "The link is down");
    }
    if (lost == MigrationWorld.Lost.BOTH_STAND) {
      facts.add("paused");
      throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
    }
    if (lost == MigrationWorld.Lost.HANDED_OVER) {
      facts.add("handed-over");
      throw Failures.of(FailureType.MIGRATION_FAILED, "The answer was lost");
    }
    return arrived();
  }

  private SwitchedOver arrived() {
    facts.add("handed-over");
    world.facts.remove("there:paused");
    world.facts.add("there:running");
    moves.runsThere();
    return new SwitchedOver(900, 30, 1 << 20, 1 << 20, 2);
  }

  @Override
  public void endMigration(InstanceId instance) {
    if (moves.endings.decrementAndGet() <= 0) {
      facts.remove("leaving");
    }
  }

  @Override
  public MigrationSide readSide(InstanceId instance) {
    moves.onLook.accept(moves.looks.incrementAndGet());
    if (facts.contains("leaving")) {
      return MigrationSide.LEAVING;
    }
    if (facts.contains("broken")) {
      return MigrationSide.BROKEN;
    }
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
    moves.onResume.run();
    if (moves.standstills.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return;
    }
    moves.lostWrites |= facts.contains("stale");
    facts.remove("paused");
    facts.add("running");
  }

  @Override
  public void clearSide(InstanceId instance, String pool) {
    if (facts.contains("running")) {
      throw Failures.of(FailureType.MIGRATION_BUSY, "It runs here");
    }
    moves.lostWrites |= facts == world.facts ? facts.contains("there:stale") : moves.ranThere;
    frozen = 0;
    List.of("domain", "attached", "paused", "volumes", "overlays", "handed-over", "stale")
        .forEach(facts::remove);
  }

  @Override
  public List<FrozenDisk> freezeDisks(InstanceId instance, int number) {
    moves.onFreeze.run();
    if (number > 0) {
      facts.add("overlays");
      frozen = Math.max(frozen, number);
      copied = number;
    }
    FrozenDisk root = new FrozenDisk("root", 1L << 30);
    return facts.contains("attached")
        ? List.of(root, new FrozenDisk(MigrationWorld.VOLUME.id().disk(), 1L << 30))
        : List.of(root);
  }

  @Override
  public StreamCounts sendFrozenDisk(DiskStream stream, int number) {
    return new StreamCounts(1L << 30, 1 << 20, 0, 0);
  }

  @Override
  public long readOverlays(InstanceId instance) {
    return moves.writes.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 1L << 30 : 0;
  }

  @Override
  public void mergeOverlays(InstanceId instance) {
    moves.onMerge.run();
    frozen = 0;
    facts.remove("overlays");
  }
}
