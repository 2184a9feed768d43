package io.holdfast.workflows.evacuation;

import io.holdfast.workflows.activity.EvacuationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.EvacuationMove;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.MoveState;
import io.holdfast.workflows.model.MovesEnd;
import io.holdfast.workflows.saga.ChildRun;
import io.holdfast.workflows.saga.Lanes;
import io.holdfast.workflows.saga.Saga;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The moves of an evacuation, each a job of its own. The ledger has the last word on how each ends:
 * when its run was lost an engine has started it again, and it is nobody's child any more.
 */
final class Moves {
  private static final Duration FIRST_LOOK = Duration.ofSeconds(2);

  /** Some seven events of the history a look and lane: days of moving at this pace. */
  private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

  /** With the pauses between them some ten minutes: a job on the instance may end by then. */
  private static final int MOST_TRIES = 15;

  private final EvacuationLedgerActivities ledger;
  private final JobId evacuation;
  private final Map<JobId, Promise<Void>> runs = new HashMap<>();
  private boolean again;

  Moves(EvacuationLedgerActivities ledger, JobId evacuation) {
    this.ledger = ledger;
    this.evacuation = evacuation;
  }

  /**
   * Returns once every instance is where it goes, or was left out. One that fails keeps no other
   * from going. A second call goes on with what is missing, and resumes moves that ask.
   */
  void run() {
    List<TemporalFailure> failures = new ArrayList<>();
    Set<InstanceId> tried = new HashSet<>();
    boolean resume = again;
    again = true;
    EvacuationOrder order = ledger.planMoves(evacuation, true);
    for (List<EvacuationMove> next = order.moves(); !next.isEmpty(); next = left(order, tried)) {
      failures.addAll(Lanes.run(order.parallel(), next, move -> move(move, resume)));
      failures.stream().filter(Failures::isCancelled).findFirst().ifPresent(Moves::raise);
      next.forEach(move -> tried.add(move.instance()));
      order = ledger.planMoves(evacuation, false); // who was being made there is there by now
    }
    List<String> causes = new ArrayList<>(order.refused());
    failures.forEach(failure -> causes.add(Failures.describe(failure).message()));
    if (!causes.isEmpty()) {
      throw Failures.of(
          FailureType.EVACUATION_INCOMPLETE,
          causes.size() == 1
              ? "One instance is still on " + order.host().name()
              : "%d instances are still on %s".formatted(causes.size(), order.host().name()),
          causes);
    }
  }

  private static List<EvacuationMove> left(EvacuationOrder order, Set<InstanceId> tried) {
    return order.moves().stream().filter(move -> !tried.contains(move.instance())).toList();
  }

  private static void raise(TemporalFailure cancelled) {
    throw cancelled;
  }

  /** After a cancel none begins any more, and what has begun is brought to its end. */
  private void move(EvacuationMove move, boolean resume) {
    Duration pause = FIRST_LOOK;
    for (int tries = 1; ; tries++) {
      CancellationScope.throwCanceled();
      BegunMove begun = detached(() -> ledger.beginMove(evacuation, move.instance(), resume));
      JobRequest job = begun.move();
      JobId busy = begun.busy();
      if (busy == null || tries == MOST_TRIES) {
        JobFailure failure = begun.refusal();
        if (busy != null) {
          failure =
              new JobFailure(FailureType.MIGRATION_BUSY, "job " + busy + " works on it", List.of());
        } else if (job != null) {
          failure = detached(() -> follow(job));
        }
        require(move, failure);
        return;
      }
      Workflow.sleep(pause);
      pause = longer(pause);
    }
  }

  private static void require(EvacuationMove move, @Nullable JobFailure failure) {
    if (failure != null) {
      throw Failures.of(FailureType.EVACUATION_INCOMPLETE, move.name() + ": " + failure.message());
    }
  }

  /** Until the job has ended, or asks a person. */
  private @Nullable JobFailure follow(JobRequest job) {
    Promise<Void> run = runs.computeIfAbsent(job.job(), id -> start(job));
    Duration pause = FIRST_LOOK;
    while (true) {
      if (run.isCompleted()) { // and the ledger says otherwise: it has another run
        Workflow.sleep(pause);
      } else {
        Workflow.await(pause, run::isCompleted);
      }
      MoveState state = ledger.readMove(job.job());
      if (state.over() || state.asks()) {
        return state.failure();
      }
      pause = longer(pause);
    }
  }

  private static Promise<Void> start(JobRequest job) {
    return ChildRun.of(JobKind.MIGRATE_INSTANCE, job.job()).executeAsync(Void.class, job);
  }

  /** An undo. Fails with EVACUATION_INCOMPLETE while a move waits for a person. */
  void settle() {
    Duration pause = FIRST_LOOK;
    while (true) {
      MovesEnd end = ledger.endMoves(evacuation);
      if (!end.asking().isEmpty()) {
        throw Failures.of(
            FailureType.EVACUATION_INCOMPLETE,
            "Moves that cannot be taken back wait for a person; resume them first",
            end.asking());
      }
      if (end.going() == 0) {
        if (!end.moved().isEmpty()) {
          throw Saga.doneForGood(String.join(", ", end.moved()));
        }
        return;
      }
      Workflow.sleep(pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : longer;
  }

  /** A cancel must not lose what was accepted, nor leave a move half made. */
  private static <T> T detached(Func<T> call) {
    List<T> answer = new ArrayList<>(1);
    Workflow.newDetachedCancellationScope(() -> answer.add(call.apply())).run();
    return answer.get(0);
  }
}
