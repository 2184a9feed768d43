package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.ReversalLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChangeSource;
import io.holdfast.workflows.model.DiskAdoption;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.KeptDisk;
import io.holdfast.workflows.model.OldCopy;
import io.holdfast.workflows.model.OldDisks;
import io.holdfast.workflows.model.PlacedAdoption;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RecoveryPointId;
import io.holdfast.workflows.model.ReplicaSpec;
import io.holdfast.workflows.model.ReversalOrder;
import io.holdfast.workflows.model.RoundDisk;
import io.holdfast.workflows.model.StepUpdate;
import io.holdfast.workflows.model.StoredReplica;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What turns of direction of a plan with one instance do, as facts of the {@link World}. */
final class ReversalWorld implements ReversalLedgerActivities {
  /** The point that keeps what the old site had; its replicas have facts of their own. */
  static final RecoveryPointId KEPT = RecoveryPointId.of("00000000-0000-0000-0000-0000000000d9");

  private static final InstanceId SOURCE = InstanceId.of("00000000-0000-0000-0000-0000000000e0");
  static final InstanceId SUCCESSOR = InstanceId.of("00000000-0000-0000-0000-0000000000e1");
  private static final UUID GROUP = UUID.fromString("00000000-0000-0000-0000-0000000000e2");
  private static final String ROOT = "ab".repeat(32);

  private final World world;

  /** The old copy runs. */
  volatile boolean copyRuns;

  ReversalWorld(World world) {
    this.world = world;
  }

  @Override
  public ReversalOrder planReversal(JobId run) {
    return new ReversalOrder(
        List.of(new ProtectionGroupId(GROUP)), List.of(new OldCopy(SOURCE, "db", World.HOST)));
  }

  @Override
  public void requireCopiesOff(JobId run) {
    if (copyRuns) {
      throw Failures.of(FailureType.RECOVERY_REFUSED, "An old copy is not off");
    }
  }

  @Override
  public List<RoundDisk> planKept(JobId run, List<OldDisks> disks) {
    world.facts.add("kept");
    return List.of(
        new RoundDisk(replica(SOURCE), ChangeSource.HASHES, World.HOST, World.HOST, null));
  }

  @Override
  public void recordKept(JobId run, List<KeptDisk> disks) {
    world.facts.add("listed");
  }

  @Override
  public List<StoredReplica> keptReplicas(JobId run) {
    return world.facts.contains("kept")
        ? List.of(new StoredReplica(World.HOST, replica(SOURCE)))
        : List.of();
  }

  @Override
  public void dropKept(JobId run) {
    world.facts.remove("kept");
    world.facts.remove("listed");
  }

  @Override
  public List<PlacedAdoption> adoptions(JobId run) {
    return world.facts.contains("listed")
        ? List.of(
            new PlacedAdoption(World.HOST, new DiskAdoption(replica(SUCCESSOR), SOURCE, ROOT)))
        : List.of();
  }

  @Override
  public void reverse(JobId run) {
    world.facts.add("reversed");
  }

  @Override
  public void turnBack(JobId run) {
    world.facts.remove("reversed");
  }

  @Override
  public @Nullable JobRequest beginFirstRound(JobId run, ProtectionGroupId group) {
    return isProtected(run) && world.children.open().isEmpty() ? null : child(group.value());
  }

  @Override
  public boolean isProtected(JobId run) {
    return world.facts.contains("reversed") && world.facts.contains("available");
  }

  @Override
  public boolean hasNewPoint(JobId run) {
    return isProtected(run);
  }

  @Override
  public @Nullable JobRequest beginRelease(JobId run, InstanceId source) {
    boolean other = world.facts.contains("owner"); // a failback has other facts of the same names
    return world.facts.contains("row") && !other ? child(source.value()) : null;
  }

  private JobRequest child(UUID target) {
    JobId job = world.children.open().orElseGet(() -> new JobId(UUID.randomUUID()));
    world.children.begin(job);
    return new JobRequest(
        job, target, JobPolicy.DEFAULT, world.children.nextGeneration(), List.of());
  }

  @Override
  public void completeReversal(JobId run, List<StepUpdate> updates) {
    world.succeed(run);
  }

  private static ReplicaSpec replica(InstanceId instance) {
    return new ReplicaSpec(KEPT, instance, "root", 1L << 30, "fast", null, null);
  }
}
