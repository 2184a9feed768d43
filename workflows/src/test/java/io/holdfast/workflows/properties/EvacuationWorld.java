package io.holdfast.workflows.properties;

import io.holdfast.workflows.activity.EvacuationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.EvacuationMove;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.MoveState;
import io.holdfast.workflows.model.MovesEnd;
import io.holdfast.workflows.model.StepUpdate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** The evacuation of a host with one instance, as facts of the {@link World}. */
final class EvacuationWorld implements EvacuationLedgerActivities {
  private static final InstanceId INSTANCE = InstanceId.of("00000000-0000-0000-0000-0000000000f0");

  private final World world;
  private final AtomicLong generation = new AtomicLong();

  /** No host has room for it. */
  volatile boolean refused;

  /** A person had it left where it is. */
  volatile boolean skipped;

  /** How often another job will be found to work on it. */
  final AtomicInteger busy = new AtomicInteger();

  /** What the caller wants of each move. */
  volatile JobPolicy policy = JobPolicy.DEFAULT;

  /** Tells the run of a move what a person decided. */
  volatile BiConsumer<JobId, JobHold> resumes = (move, hold) -> {};

  EvacuationWorld(World world) {
    this.world = world;
  }

  private boolean isHere() {
    return !world.facts.contains("owned");
  }

  @Override
  public EvacuationOrder planMoves(JobId evacuation, boolean anew) {
    boolean waits = world.children.open().isPresent();
    boolean wanted = isHere() && !skipped && !refused;
    return new EvacuationOrder(
        World.HOST,
        2,
        wanted || waits ? List.of(new EvacuationMove(INSTANCE, "web")) : List.of(),
        refused && !skipped ? List.of("web: no host has room") : List.of());
  }

  @Override
  public BegunMove beginMove(JobId evacuation, InstanceId instance, boolean again) {
    if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return BegunMove.busy(new JobId(UUID.randomUUID()));
    }
    Optional<JobId> open = world.children.open();
    if (open.isEmpty() && (!isHere() || skipped)) {
      return BegunMove.NOTHING;
    }
    JobId job = open.orElseGet(() -> new JobId(UUID.randomUUID()));
    world.children.begin(job);
    if (again) {
      world.children.asks(job).ifPresent(hold -> resumes.accept(job, hold));
    }
    return BegunMove.of(
        new JobRequest(job, instance.value(), policy, generation.incrementAndGet(), List.of()));
  }

  @Override
  public MoveState readMove(JobId move) {
    Optional<JobOutcome> end = world.children.end(move);
    if (end.isEmpty()) {
      boolean asks = world.children.asks(move).isPresent();
      return new MoveState(
          false,
          asks,
          asks ? new JobFailure(FailureType.INTERNAL, "its job asks", List.of()) : null);
    }
    return end.get().state() == JobState.SUCCEEDED
        ? new MoveState(true, false, null)
        : new MoveState(
            true, false, new JobFailure(FailureType.INTERNAL, "its job failed", List.of()));
  }

  @Override
  public void skipMoves(JobId evacuation, UUID decision) {
    skipped = true;
  }

  @Override
  public MovesEnd endMoves(JobId evacuation) {
    Optional<JobId> open = world.children.open();
    if (open.isPresent() && !world.facts.contains("there:reservation") && isHere()) {
      world.endJob(open.get(), JobOutcome.of(JobState.CANCELLED, null, true, List.of()), List.of());
      open = Optional.empty(); // nobody took it up, or what it did is undone
    }
    List<String> asking =
        open.flatMap(world.children::asks)
            .filter(hold -> !hold.actions().contains(JobVerb.ABORT))
            .map(hold -> List.of("web"))
            .orElse(List.of());
    List<String> moved = isHere() ? List.of() : List.of("web is on beta1");
    return new MovesEnd(open.isPresent() ? 1 : 0, asking, moved);
  }

  @Override
  public void requireEmpty(JobId evacuation, HostId host) {
    if (world.facts.contains("domain") && !skipped) {
      throw Failures.of(FailureType.HOST_NOT_EMPTY, "alpha1 has web");
    }
  }

  @Override
  public void completeEvacuation(JobId evacuation, HostId host, List<StepUpdate> updates) {
    world.succeed(evacuation);
  }
}
