package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.MoveLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PowerAction;
import io.holdfast.workflows.model.ProtectionGroupId;
import io.holdfast.workflows.model.RunOrder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What planned migrations of a plan with one instance do at its source, as facts. */
final class MoveWorld implements MoveLedgerActivities {
  /** The source's guest runs; its other facts are none of these runs'. */
  static final String RUNS = "source-running";

  private static final UUID GROUP = UUID.fromString("00000000-0000-0000-0000-0000000000e3");

  /** A host that no worker answers for. */
  static final HostRef SILENT = new HostRef(HostId.ofName("alpha2"), "alpha2");

  private static final InstanceId OTHER = InstanceId.of("00000000-0000-0000-0000-0000000000e4");

  private final World world;
  private final RecoveryWorld recovery;
  private final AtomicInteger looks = new AtomicInteger();

  /** A silent host has a source as well; it is none any more when it is asked for again. */
  volatile boolean besideSilent;

  /** So often another job works on the group. */
  final AtomicInteger busy = new AtomicInteger();

  /** As the hosts were asked for last. */
  volatile boolean ranByThen;

  MoveWorld(World world, RecoveryWorld recovery) {
    this.world = world;
    this.recovery = recovery;
  }

  @Override
  public @Nullable JobRequest beginShutdown(JobId run, InstanceId source) {
    return world.facts.contains(RUNS) ? power(PowerAction.SHUT_DOWN) : null;
  }

  @Override
  public @Nullable JobRequest beginStart(JobId run, InstanceId source) {
    return world.facts.contains("owner") || world.facts.contains(RUNS)
        ? null
        : power(PowerAction.START);
  }

  private JobRequest power(PowerAction action) {
    world.source.action = action;
    return child(RecoveryWorld.SOURCE.value());
  }

  @Override
  public List<HostRef> sourceHosts(JobId run) {
    if (besideSilent && looks.incrementAndGet() == 1) {
      return List.of(SILENT, World.HOST);
    }
    ranByThen = world.facts.contains(RUNS);
    return List.of(World.HOST);
  }

  @Override
  public List<InstanceId> toRunOn(JobId run, HostId host) {
    if (world.facts.contains("owner")) {
      return List.of();
    }
    return List.of(host.equals(World.HOST.id()) ? RecoveryWorld.SOURCE : OTHER);
  }

  @Override
  public List<ProtectionGroupId> movedGroups(JobId run) {
    return List.of(new ProtectionGroupId(GROUP));
  }

  @Override
  public @Nullable JobRequest beginLastRound(JobId run, ProtectionGroupId group) {
    if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.TARGET_BUSY, "Job 7 works on pair");
    }
    return world.facts.contains("available") && world.children.open().isEmpty()
        ? null
        : child(group.value());
  }

  private JobRequest child(UUID target) {
    JobId job = world.children.open().orElseGet(() -> new JobId(UUID.randomUUID()));
    world.children.begin(job);
    return new JobRequest(
        job, target, JobPolicy.DEFAULT, world.children.nextGeneration(), List.of());
  }

  @Override
  public RunOrder chooseLast(JobId run) {
    return recovery.pinnedRun(run);
  }

  @Override
  public boolean abandonPromotions(JobId run) {
    world.children.open().ifPresent(recovery::abandonChild);
    return true;
  }

  @Override
  public boolean hasRecovered(JobId run) {
    return world.facts.contains("owner");
  }

  /** The fact that an instance's guest runs. */
  static String running(InstanceId instance) {
    return instance.equals(RecoveryWorld.SOURCE) ? RUNS : "running";
  }

  /** The guest that a run takes over from. */
  static final class Source {
    /** What the run wants of it. */
    volatile PowerAction action = PowerAction.STOP;

    /** It does not do as it is asked. */
    volatile boolean keepsRunning;

    PowerAction action(InstanceId instance) {
      return instance.equals(RecoveryWorld.SOURCE) ? action : PowerAction.STOP;
    }

    void requireObeys() {
      if (keepsRunning) {
        throw Failures.of(FailureType.GUEST_KEEPS_RUNNING, "The guest does not shut down");
      }
    }
  }
}
