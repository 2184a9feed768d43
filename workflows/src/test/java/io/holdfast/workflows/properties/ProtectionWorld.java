package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.activity.ReplicaActivities;
import io.holdfast.workflows.activity.ReplicaSourceActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BackupOrder;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.Consistency;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.DiskStream;
import io.holdfast.workflows.model.GroupRemains;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.LostWrites;
import io.holdfast.workflows.model.OpenedMember;
import io.holdfast.workflows.model.OpenedReplica;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaClone;
import io.holdfast.workflows.model.ReplicaOrigin;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.RoundMember;
import io.holdfast.workflows.model.RoundPlan;
import io.holdfast.workflows.model.SealedDisk;
import io.holdfast.workflows.model.SealedReplica;
import io.holdfast.workflows.model.SnapshotId;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import io.holdfast.workflows.model.StreamCounts;
import io.holdfast.workflows.model.VerifiedDisk;
import io.holdfast.workflows.model.VolumeId;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What jobs do to protection groups and their points, as facts of the {@link World}. */
final class ProtectionWorld extends BackupWorld
    implements ReplicaActivities, ReplicaSourceActivities, ProtectionLedgerActivities {
  private static final InstanceId SECOND = InstanceId.of("00000000-0000-0000-0000-00000000000e");
  private static final RecoveryPointId OLD =
      RecoveryPointId.of("00000000-0000-0000-0000-0000000000d0");
  private static final RecoveryPointId NEW =
      RecoveryPointId.of("00000000-0000-0000-0000-0000000000d1");
  private static final RecoveryPointId BASE =
      RecoveryPointId.of("00000000-0000-0000-0000-0000000000d2");
  private static final String ROOT = "ab".repeat(32);

  /** Of several copies of a disk, which have one fact. */
  private final Set<RecoveryPointId> whole = ConcurrentHashMap.newKeySet();

  /** The base is not what the ledger says. */
  volatile boolean refusesBase;

  /** More than one stand still at once, so that faults come at calls in no fixed order. */
  volatile int instances = 1;

  volatile Consistency consistency = Consistency.APPLICATION;

  /** An instance was deleted after the round was accepted. */
  volatile boolean instanceGone;

  /** A recovery has taken an instance once the round had begun: from that call of the ledger on. */
  volatile @Nullable String taken;

  /** So many replicas are RETIRED; 0 for the one that always is. */
  final AtomicInteger retired = new AtomicInteger();

  /** So many go with a group; 0 for the one that is there, or is not. */
  final AtomicInteger left = new AtomicInteger();

  /** Of what was recorded as gone. */
  final List<Integer> portions = new CopyOnWriteArrayList<>();

  /** Of the last point, in milliseconds. */
  volatile long window = -1;

  volatile long takenAt = -1;

  /** A bit of the replica has flipped. */
  volatile boolean flipped;

  /** How every reading of the replica fails; null when it can be read. */
  volatile @Nullable FailureType unreadable;

  /** The replicas are on another host than the one where they are wanted. */
  volatile boolean elsewhere;

  /** What works on the instance that is {@link #busy} is a job. */
  volatile boolean hasJob;

  /** A job works on the instance: looked at so often, it does. */
  final AtomicInteger moving = new AtomicInteger();

  ProtectionWorld(World world) {
    super(world);
  }

  @Override
  public OpenedReplica openReplica(ReplicaSpec replica) {
    if (refusesBase && BASE.equals(replica.base())) {
      throw Failures.of(FailureType.REPLICA_REFUSED, "The base has another root");
    }
    boolean sealed = world.facts.contains(mark(replica.point()) + "sealed-" + replica.disk());
    if (sealed && whole.contains(replica.point())) {
      throw Failures.of(FailureType.REPLICA_SEALED, "The replica is sealed");
    }
    world.facts.remove("kept-" + replica.disk());
    world.facts.add(mark(replica.point()) + "replica-" + replica.disk());
    return new OpenedReplica("alpha1:7000", "token");
  }

  @Override
  public SealedReplica sealReplica(ReplicaSpec replica) {
    whole.add(replica.point());
    world.facts.add(mark(replica.point()) + "sealed-" + replica.disk());
    return new SealedReplica(ROOT, 4096);
  }

  /** What keeps an old copy is apart from what rounds make. */
  private static String mark(RecoveryPointId point) {
    return point.equals(ReversalWorld.KEPT) ? "kept:" : "";
  }

  @Override
  public SealedReplica adoptDisk(DiskAdoption adoption) {
    world.facts.add("adopted");
    return new SealedReplica(ROOT, 4096);
  }

  @Override
  public LostWrites compareReplica(ReplicaSpec replica) {
    return new LostWrites(65536, 1, List.of(new LostWrites.ByteRange(0, 65536)));
  }

  @Override
  public SealedReplica verifyReplica(ReplicaSpec replica) {
    FailureType failing = unreadable;
    if (failing != null) {
      throw Failures.of(failing, "The replica cannot be read");
    }
    if (flipped) {
      throw Failures.of(FailureType.REPLICA_BROKEN, "Leaf 7 is not what was sealed");
    }
    return new SealedReplica(ROOT, 4096);
  }

  @Override
  public long cloneReplica(ReplicaClone clone) {
    String name = clone.disk().name();
    if (elsewhere && !world.facts.contains("sealed-" + name)) {
      throw Failures.of(FailureType.NOT_FOUND, "There is no replica here");
    }
    world.facts.add(
        SnapshotId.ofDisk(name)
            .map(of -> "snapshot-" + of.disk())
            .orElse(VolumeId.ofDisk(name).isPresent() ? "volume" : "volumes"));
    return clone.disk().sizeBytes();
  }

  @Override
  public List<ReplicaClone> replicaClones(JobId job, InstanceId instance) {
    return Stream.of("root", "disk1")
        .map(
            disk ->
                new ReplicaClone(
                    replica(OLD, disk, null),
                    ROOT,
                    instance,
                    job,
                    "fast",
                    new DiskSpec(disk, "vda", 1L << 30)))
        .map(
            clone -> elsewhere ? clone.from(new ReplicaOrigin(MigrationWorld.TARGET, null)) : clone)
        .toList();
  }

  @Override
  public StreamCounts sendReplica(ReplicaSpec replica, DiskStream stream) {
    if (!replica.point().equals(OLD) || stream.replica().point().equals(OLD)) {
      throw Failures.of(FailureType.NOT_FOUND, "There is no replica of " + replica.point());
    }
    return new StreamCounts(1L << 30, 4096, 0, 0);
  }

  @Override
  public void deleteReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    if (point.equals(OLD)) {
      return; // of no fact: nobody wants it
    }
    if (instance.equals(ReversalWorld.SUCCESSOR)) {
      world.facts.remove("adopted");
      return;
    }
    world.facts.remove(mark(point) + "replica-" + disk);
    world.facts.remove(mark(point) + "sealed-" + disk);
    world.facts.remove("sent");
  }

  @Override
  public void keepReplica(RecoveryPointId point, InstanceId instance, String disk, String pool) {
    if (world.facts.contains("replica-" + disk)) {
      world.facts.add("kept-" + disk);
    }
    deleteReplica(point, instance, disk, pool);
  }

  @Override
  public List<StoredReplica> retiredReplicas(
      JobId job, ProtectionGroupId group, @Nullable List<HostId> failing) {
    return retired.get() == 0
        ? List.of(stored(OLD, "root"))
        : portion(retired.get(), stored(OLD, "root"));
  }

  private static List<StoredReplica> portion(int left, StoredReplica one) {
    return Collections.nCopies(Math.min(left, PORTION), one);
  }

  @Override
  public void recordPurged(List<StoredReplica> replicas) {
    portions.add(replicas.size());
    retired.addAndGet(-Math.min(retired.get(), replicas.size()));
    left.addAndGet(-Math.min(left.get(), replicas.size()));
    if (replicas.stream().anyMatch(one -> one.replica().point().equals(OLD))) {
      world.facts.add("purged");
    }
  }

  @Override
  public RoundPlan planRound(JobId job, ProtectionGroupId group) {
    if (instanceGone) {
      throw Failures.of(FailureType.NOT_FOUND, "Instance web-1 is on no host");
    }
    world.facts.add("point");
    List<RoundMember> members =
        Stream.of(
                member(NEW, BASE), new RoundMember(new BackupOrder(SECOND, NEW, BASE), World.HOST))
            .limit(instances)
            .toList();
    return new RoundPlan(NEW, consistency, members, List.of(), world.facts.contains("proven"));
  }

  @Override
  public void dropPoint(JobId job) {
    if (!world.facts.contains("available")) {
      world.facts.remove("point");
      world.facts.remove("disks");
      world.facts.remove("proven");
    }
  }

  @Override
  public void requireOwned(JobId job, RecoveryPointId point) {
    requireOwned("requireOwned");
  }

  private void requireOwned(String call) {
    if (call.equals(taken)) {
      throw Failures.of(FailureType.NOT_FOUND, "Another instance takes over from web-1");
    }
  }

  @Override
  public boolean areIdle(List<InstanceId> instances) {
    if (hasJob && busy.get() > 0 && instances.contains(SECOND)) {
      return false;
    }
    return moving.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
  }

  @Override
  public List<RoundDisk> planDisks(
      JobId job,
      RecoveryPointId point,
      List<OpenedMember> opened,
      long takenAtMillis,
      long windowMillis) {
    world.facts.add("disks");
    window = windowMillis;
    takenAt = takenAtMillis;
    return opened.get(0).backup().disks().stream()
        .map(
            disk ->
                new RoundDisk(
                    replica(point, disk.name(), BASE), disk.change(), World.HOST, World.HOST, null))
        .toList();
  }

  @Override
  public RoundDisk replaceBase(JobId job, RoundDisk refused, String why) {
    world.facts.add("base-broken");
    return new RoundDisk(
        replica(refused.replica().point(), refused.replica().disk(), null),
        ChangeSource.FULL,
        refused.source(),
        refused.target(),
        refused.limit());
  }

  @Override
  public int recordSealed(JobId job, RecoveryPointId point, List<SealedDisk> disks) {
    world.facts.add("proven");
    return disks.size();
  }

  @Override
  public void recordAvailable(JobId job, RecoveryPointId point) {
    requireOwned("recordAvailable");
    world.facts.add("available");
  }

  @Override
  public void completeRound(JobId job, RecoveryPointId point, List<StepUpdate> updates) {
    world.succeed(job);
  }

  @Override
  public List<StoredReplica> pointReplicas(RecoveryPointId point) {
    return List.of(stored(point, "root"));
  }

  @Override
  public void completeVerification(
      JobId job, RecoveryPointId point, List<VerifiedDisk> disks, List<StepUpdate> updates) {
    world.facts.add(
        disks.stream().allMatch(disk -> Objects.equals(disk.root(), ROOT)) ? "verified" : "broken");
    world.ended = JobState.SUCCEEDED;
  }

  @Override
  public GroupRemains groupRemains(JobId job, ProtectionGroupId group) {
    return new GroupRemains(List.of(member(NEW, null)), List.of());
  }

  @Override
  public List<StoredReplica> leftReplicas(JobId job, ProtectionGroupId group) {
    return left.get() == 0 && !world.facts.contains("replica-root")
        ? List.of()
        : portion(Math.max(1, left.get()), stored(NEW, "root"));
  }

  @Override
  public void completeDeleteGroup(JobId job, ProtectionGroupId group, List<StepUpdate> updates) {
    world.facts.remove("row");
    world.ended = JobState.SUCCEEDED;
  }

  private static RoundMember member(RecoveryPointId point, @Nullable RecoveryPointId base) {
    return new RoundMember(new BackupOrder(INSTANCE, point, base), World.HOST);
  }

  private static StoredReplica stored(RecoveryPointId point, String disk) {
    return new StoredReplica(World.HOST, replica(point, disk, null));
  }

  private static ReplicaSpec replica(
      RecoveryPointId point, String disk, @Nullable RecoveryPointId base) {
    return new ReplicaSpec(
        point, INSTANCE, disk, 1L << 30, "fast", base, base == null ? null : ROOT);
  }
}
