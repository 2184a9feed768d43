package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.FencingAgentActivities;
import io.holdfast.workflows.activity.OwnershipActivities;
import io.holdfast.workflows.activity.OwnershipLedgerActivities;
import io.holdfast.workflows.activity.PauseActivities;
import io.holdfast.workflows.activity.ProbeActivities;
import io.holdfast.workflows.activity.RecoveryLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.ChildEnd;
import io.holdfast.workflows.model.CommandOrder;
import io.holdfast.workflows.model.CopyReport;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.FenceOrder;
import io.holdfast.workflows.model.FencedPlace;
import io.holdfast.workflows.model.GuestCommand;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.HostWatchdog;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.InstanceSteps;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.Ownership;
import io.holdfast.workflows.model.OwnershipOrder;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.ProofKind;
import io.holdfast.workflows.model.RunMember;
import io.holdfast.workflows.model.RunOrder;
import io.holdfast.workflows.model.RunStep;
import io.holdfast.workflows.model.RunTier;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.Activity;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What runs of a recovery plan with one instance do, as facts of the {@link World}. */
final class RecoveryWorld
    implements RecoveryLedgerActivities,
        ProbeActivities,
        OwnershipActivities,
        OwnershipLedgerActivities,
        FencingAgentActivities,
        PauseActivities {
  /** Runs that shut the source down first. */
  static final Set<JobKind> PLANNED = Set.of(JobKind.MIGRATE_PLAN, JobKind.FAILBACK_PLAN);

  private static final Set<JobKind> STAYING =
      Set.of(JobKind.FAILOVER_PLAN, JobKind.MIGRATE_PLAN, JobKind.FAILBACK_PLAN);

  static final InstanceId SOURCE = InstanceId.of("00000000-0000-0000-0000-0000000000e0");
  private static final UUID MADE = UUID.fromString("00000000-0000-0000-0000-0000000000e1");
  private static final Set<String> OF_A_TEST =
      Set.of("row", "reservation", "volumes", "ports", "domain", "running");

  private static final long HEARTBEAT_NANOS = 20_000_000;

  private final World world;
  private final AtomicLong generation = new AtomicLong();

  /** Of the run that is under test. */
  volatile JobKind kind = JobKind.TEST_PLAN;

  /** What the plan says of an instance that is not recovered. */
  volatile FailurePolicy policy = FailurePolicy.STOP;

  /** The guest never answers as it should. */
  volatile boolean probeFails;

  /** The guest is asked until somebody stops that. */
  volatile boolean probeHangs;

  /** Of a drill; null for none. */
  volatile @Nullable Instant deadline;

  /** The source's host does not answer. */
  volatile boolean unfenced;

  /** What a person said of it; null for nothing. */
  volatile @Nullable String word;

  /** The other end of the source's move; null when none is under way. */
  volatile @Nullable FencedPlace other;

  /** The proofs that were found. */
  final List<ProofKind> proofs = new CopyOnWriteArrayList<>();

  /** How long its host's lease lasts, in ms, as it is asked; none: it has no watchdog. */
  final Deque<Long> leaseLeft = new ConcurrentLinkedDeque<>();

  /** Somebody has started the source after its last round. */
  volatile boolean wasStarted;

  /** That was noted. */
  volatile boolean refused;

  /** A fencing agent is named for that host. */
  volatile boolean agent;

  /** What the plan has before its tier. */
  volatile List<RunStep> before =
      List.of(new RunStep("tell", PlanStepKind.CALLOUT, "http://ops", FailurePolicy.STOP, 1, 5));

  /** What the plan has after its tier. */
  volatile List<RunStep> after =
      List.of(new RunStep("warm", PlanStepKind.COMMAND, "warm", FailurePolicy.STOP, 1, 5));

  /** What the plan has around its instance; null for nothing. */
  volatile @Nullable List<List<RunStep>> around =
      List.of(
          List.of(
              new RunStep("greet", PlanStepKind.CALLOUT, "http://db", FailurePolicy.STOP, 1, 5)),
          List.of(new RunStep("check", PlanStepKind.COMMAND, "check", FailurePolicy.STOP, 1, 5)));

  /** So often the run is found to be paused. */
  final AtomicInteger pauses = new AtomicInteger();

  /** So often the lease of a job that was begun is being released: it gets no run, nor ends. */
  final AtomicInteger releasing = new AtomicInteger();

  RecoveryWorld(World world) {
    this.world = world;
  }

  @Override
  public ProbeResult runProbe(ProbeSpec probe) {
    while (probeHangs) {
      Activity.getExecutionContext().heartbeat(null); // throws once it is cancelled
      LockSupport.parkNanos(HEARTBEAT_NANOS);
    }
    if (probeFails) {
      throw Failures.of(FailureType.PROBE_FAILED, "The guest does not answer");
    }
    return new ProbeResult(probe.kind(), probe.target(), 1, "it answers");
  }

  @Override
  public @Nullable CommandOrder stepCommand(JobId run, String step) {
    if (world.facts.contains("skipped")) {
      return null;
    }
    return new CommandOrder(
        World.HOST, new GuestCommand(new InstanceId(MADE), List.of(step), run + step, 5));
  }

  @Override
  public RunOrder planRun(JobId run) {
    if (!STAYING.contains(kind)) {
      world.facts.add("bubble");
    }
    return pinnedRun(run);
  }

  @Override
  public RunOrder pinnedRun(JobId run) {
    RunMember member = new RunMember(SOURCE, "db", policy, policy == FailurePolicy.RETRY ? 2 : 1);
    return new RunOrder(
        run,
        List.of(new RunTier("data", 2, List.of(member), before, after)),
        List.of(World.HOST),
        deadline);
  }

  @Override
  public RunOrder cleanupOrder(JobId cleanup) {
    return pinnedRun(cleanup);
  }

  @Override
  public void awaitResume(JobId run) {
    if (pauses.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.INTERNAL, "The run is paused");
    }
  }

  void requireNotPaused() {
    if (pauses.get() > 0) {
      throw Failures.of(FailureType.RUN_PAUSED, "Somebody has paused it");
    }
  }

  @Override
  public @Nullable JobRequest beginPromotion(JobId run, InstanceId source) {
    requireNotPaused();
    if (world.facts.contains("row") && releasing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Failures.of(FailureType.TARGET_BUSY, "Job 8 releases the lease of job 7");
    }
    if (world.children.open().isEmpty()
        && (world.facts.contains("owner") || world.facts.contains("row"))) {
      return null;
    }
    world.facts.add("row");
    JobRequest promotion = around(run, child());
    world.children.beginWithRow(promotion.job());
    return promotion;
  }

  @Override
  public @Nullable JobRequest beginRemoval(JobId run, InstanceId source) {
    if (!world.facts.contains("row")) {
      return null;
    }
    Optional<JobId> open = world.children.open();
    if (open.isPresent() && !world.facts.contains("reservation")) {
      abandonChild(open.get()); // a promotion that nobody took up
      return null;
    }
    return child();
  }

  JobRequest around(JobId run, JobRequest child) {
    List<List<RunStep>> steps = around;
    return steps == null
        ? child
        : new JobRequest(
            child.job(),
            child.target(),
            child.policy(),
            child.generation(),
            child.beside(),
            new InstanceSteps(run, steps.get(0), steps.get(1)),
            child.begun());
  }

  private JobRequest child() {
    JobId job = world.children.open().orElseGet(() -> new JobId(UUID.randomUUID()));
    world.children.begin(job);
    return new JobRequest(job, MADE, JobPolicy.DEFAULT, generation.incrementAndGet(), List.of());
  }

  @Override
  public ChildEnd childEnd(JobId child) {
    Optional<JobOutcome> end = world.children.end(child);
    if (end.isEmpty() || releasing.get() > 0) {
      return new ChildEnd(false, null);
    }
    if (end.get().state() == JobState.SUCCEEDED) {
      return new ChildEnd(true, null);
    }
    JobFailure failure = end.get().failure();
    return new ChildEnd(
        true,
        failure == null
            ? new JobFailure(FailureType.CANCELLED, "It was cancelled", List.of())
            : failure);
  }

  @Override
  public void abandonChild(JobId child) {
    world.endJob(child, JobOutcome.of(JobState.CANCELLED, null, true, List.of()), List.of());
  }

  @Override
  public void refuseStarted(JobId promotion, JobFailure why) {
    refused = true;
  }

  @Override
  public void recordSkipped(JobId run, InstanceId source, JobFailure why) {
    world.facts.add("skipped");
  }

  @Override
  public FenceOrder fenceSource(JobId promotion) {
    if (kind != JobKind.PROMOTE_INSTANCE && !STAYING.contains(kind)) {
      return FenceOrder.proven("a rehearsal");
    }
    world.facts.add("fenced");
    Ownership ownership = new Ownership(SOURCE, 2, Ownership.Holder.NOBODY);
    return new FenceOrder(word, ownership, World.HOST, "fast", PLANNED.contains(kind), other);
  }

  @Override
  public String recordProof(JobId promotion, ProofKind proof, String by, String words) {
    proofs.add(proof);
    return words;
  }

  @Override
  public void returnSource(JobId promotion) {
    world.facts.remove("fenced");
  }

  @Override
  public String readBoot() {
    return "boot";
  }

  @Override
  public @Nullable HostWatchdog readWatchdog() {
    return leaseLeft.isEmpty() ? null : new HostWatchdog("boot", 1_000, 10);
  }

  @Override
  public void extendLease(String boot, long uptimeMillis) {}

  @Override
  public long grantLease(HostId host, int resetSeconds) {
    return 1_000;
  }

  @Override
  public void endLease(HostId host) {}

  /** What is said of it, one after the other; the last stands. */
  @Override
  public @Nullable Long leaseLeft(HostId host) {
    return leaseLeft.size() > 1 ? leaseLeft.pop() : leaseLeft.peek();
  }

  @Override
  public List<OwnershipOrder> ownership(HostId host) {
    return List.of();
  }

  @Override
  public void recordCopies(HostId host, List<CopyReport> copies) {}

  @Override
  public List<CopyReport> confirmOwnership(String boot, List<OwnershipOrder> orders) {
    return List.of();
  }

  @Override
  public CopyReport disown(OwnershipOrder order) {
    if (unfenced) {
      throw Failures.of(FailureType.LIBVIRT_UNAVAILABLE, "The host does not answer");
    }
    PowerState found = wasStarted ? PowerState.RUNNING : PowerState.SHUTOFF;
    return new CopyReport(SOURCE, order.ownership().epoch(), found, 0);
  }

  @Override
  public @Nullable String powerOff(HostRef host) {
    return agent ? "its power is off" : null;
  }

  @Override
  public List<ProbeSpec> probes(JobId promotion, InstanceId instance) {
    return List.of(ExampleSpecs.probe(instance));
  }

  @Override
  public void completePromotion(
      JobId promotion,
      InstanceId instance,
      GuestReport guest,
      List<ProbeResult> probes,
      String console,
      GuestScreen screen,
      List<StepUpdate> updates) {
    if (STAYING.contains(kind)) {
      world.facts.add("owner");
    }
    world.succeed(promotion);
  }

  @Override
  public void requireTestRemoved(JobId run) {
    for (String fact : OF_A_TEST) {
      if (world.facts.contains(fact)) {
        throw Failures.of(FailureType.TEST_NOT_REMOVED, "There is still its " + fact);
      }
    }
    world.facts.remove("bubble");
  }

  @Override
  public void completeRun(JobId run, List<StepUpdate> updates) {
    world.succeed(run);
  }

  @Override
  public void completeCleanup(JobId cleanup, List<StepUpdate> updates) {
    world.succeed(cleanup);
  }
}
