package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries one step, or one undo, to its end. What fails only because a process is away is tried
 * until it is back; for any other failure a person is asked, when the job says so. Meanwhile the
 * job says what it waits for, and takes a decision.
 */
final class Attempts {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** A round is some thirteen events of a history that may have 51,200: three days at this pace. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** An attempt that has not failed by then was taken by somebody. */
  private static final Duration TAKEN_BY_THEN = Duration.ofSeconds(20);

  private static final List<JobVerb> UNDO = List.of(JobVerb.RESUME, JobVerb.SKIP);

  private final StepLog log;
  private final Steering steering;

  Attempts(StepLog log, Steering steering) {
    this.log = log;
    this.steering = steering;
  }

  /**
   * Runs a step until it succeeds or somebody decides that it need not. Throws its failure when
   * nobody is asked, or the answer was to abort; a cancel is thrown at once.
   *
   * @param verbs what a person may decide while it waits or is blocked
   * @param asks true when a failure blocks the job
   */
  <T> T step(Func<T> action, List<JobVerb> verbs, boolean asks) {
    return run(action, verbs, asks, true);
  }

  /** Runs an undo until it succeeds or somebody skips it. It cannot be cancelled. */
  void undo(Proc action) {
    run(Saga.asFunc(action), UNDO, true, false);
  }

  /** As {@link #undo}, but it is left behind, at the first silence, when that is this host's. */
  void undoUnlessSilent(Proc action, HostId host) {
    undo(
        () -> {
          try {
            action.apply();
          } catch (TemporalFailure failure) {
            if (Failures.isSilence(failure) && host.equals(Callees.of(failure))) {
              throw new Detour.LeftBehind(
                  "left behind: %s does not answer".formatted(log.hostName(failure)));
            }
            throw failure;
          }
        });
  }

  private <T> T run(Func<T> action, List<JobVerb> verbs, boolean asks, boolean cancellable) {
    Wait wait = null;
    while (true) {
      try {
        return wait == null ? action.apply() : again(action, wait);
      } catch (TemporalFailure failure) {
        if (cancellable && Failures.isCancelled(failure)) {
          throw failure;
        }
        String absent = absentee(failure);
        if (absent != null) {
          wait = await(absent, wait == null ? Wait.begin(verbs, failure) : wait.longer(failure));
        } else if (asks) {
          wait = null;
          block(failure, verbs);
        } else {
          throw failure;
        }
      }
    }
  }

  /** Returns when the action is to be tried again; null when somebody decided that. */
  private @Nullable Wait await(String absent, Wait wait) {
    JobDecision decision = isObeyedAtOnce() ? steering.answer(wait.hold) : null;
    if (decision == null) {
      log.waiting("Waits for %s since %s".formatted(absent, wait.since), wait.hold);
      decision = steering.await(wait.hold, wait.pause);
    }
    if (decision == null) {
      return wait;
    }
    obey(decision, wait.failure);
    return null;
  }

  /**
   * Tries it once more behind a wait, whose question stays open: an answer that gives the step up
   * ends the attempt, however long that takes, and counts also when it came too late for that.
   */
  private <T> T again(Func<T> action, Wait wait) {
    if (!isObeyedAtOnce()) {
      return action.apply();
    }
    List<Promise<T>> attempt = new ArrayList<>(1);
    CancellationScope scope = // Async takes a lambda that begins with a stub for a call of that
        Workflow.newCancellationScope(() -> attempt.add(Async.function(() -> action.apply())));
    scope.run();
    Promise<T> result = attempt.get(0);
    Workflow.newDetachedCancellationScope(() -> follow(result, scope, wait)).run();
    JobDecision decision = steering.answer(wait.hold);
    if (decision != null && givesUp(decision) && !CancellationScope.current().isCancelRequested()) {
      if (decision.verb() != JobVerb.SKIP || result.getFailure() != null) {
        obey(decision, wait.failure);
      }
    }
    return result.get();
  }

  private <T> void follow(Promise<T> result, CancellationScope scope, Wait wait) {
    if (!Workflow.await(TAKEN_BY_THEN, () -> result.isCompleted() || isGivenUp(wait))
        && !result.isCompleted()) {
      log.goesOn(wait.hold);
    }
    Workflow.await(() -> result.isCompleted() || isGivenUp(wait));
    if (!result.isCompleted()) {
      scope.cancel("A person gave it up");
      Workflow.await(result::isCompleted);
    }
  }

  private boolean isGivenUp(Wait wait) {
    JobDecision decision = steering.answer(wait.hold);
    return decision != null && givesUp(decision);
  }

  /** False for an answer that only wants another attempt. */
  private static boolean givesUp(JobDecision decision) {
    return decision.verb() != JobVerb.RESUME || decision.patched();
  }

  /** A run that an older engine began replays without it. */
  private static boolean isObeyedAtOnce() {
    return Workflow.getVersion("obeyed-at-once", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }

  /** As {@link #await}, for as long as it takes. */
  private void block(TemporalFailure failure, List<JobVerb> verbs) {
    JobHold hold = Steering.question(JobState.BLOCKED, verbs);
    log.blocked(failure, hold);
    obey(steering.await(hold), failure);
    log.again();
  }

  private static void obey(JobDecision decision, TemporalFailure failure) {
    switch (decision.verb()) {
      case RESUME -> {
        if (decision.patched()) {
          throw new Detour.StartOver(decision, failure);
        }
      }
      case SKIP -> throw new Detour.Skipped(decision);
      case ABORT -> throw failure;
      case CANCEL, APPROVE, RETRY, LIMIT ->
          throw new IllegalStateException(decision.verb() + " does not answer this hold");
    }
  }

  /** Who is missing, or null when somebody answered and the answer was no. */
  private @Nullable String absentee(TemporalFailure failure) {
    if (failure instanceof ActivityFailure
        && failure.getCause() instanceof TimeoutFailure timeout) {
      return switch (timeout.getTimeoutType()) {
        case TIMEOUT_TYPE_SCHEDULE_TO_START, TIMEOUT_TYPE_HEARTBEAT ->
            "the host worker of " + log.hostName(failure);
        case TIMEOUT_TYPE_START_TO_CLOSE,
            TIMEOUT_TYPE_SCHEDULE_TO_CLOSE,
            TIMEOUT_TYPE_UNSPECIFIED,
            UNRECOGNIZED ->
            null;
      };
    }
    FailureType type = Failures.typeOf(failure);
    if (type == FailureType.OWNERSHIP_UNCONFIRMED) {
      // its watch brings it as soon as the host is back
      return "the ledger's word on ownership of " + log.hostName(failure);
    }
    if (type == FailureType.DISKS_BUSY) { // a round and a move wait for each other
      return "its disks (%s)".formatted(Failures.describe(failure).message());
    }
    if (type == FailureType.TARGET_BUSY) {
      return "another job (%s)".formatted(Failures.describe(failure).message());
    }
    if (type == FailureType.HOST_UNREACHABLE) {
      return "its host (%s)".formatted(Failures.describe(failure).message());
    }
    return type == FailureType.LIBVIRT_UNAVAILABLE ? "libvirt of " + log.hostName(failure) : null;
  }

  /** A wait for somebody who is away: one question, however often it is tried again. */
  private record Wait(Instant since, Duration pause, JobHold hold, TemporalFailure failure) {
    static Wait begin(List<JobVerb> verbs, TemporalFailure failure) {
      return new Wait(
          Instant.ofEpochMilli(Workflow.currentTimeMillis()),
          FIRST_PAUSE,
          Steering.question(JobState.RUNNING, verbs),
          failure);
    }

    Wait longer(TemporalFailure failure) {
      Duration longer = pause.multipliedBy(2);
      return new Wait(
          since, longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer, hold, failure);
    }
  }
}
