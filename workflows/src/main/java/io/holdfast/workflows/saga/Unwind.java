package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way back: undo runs in reverse order, one at a time, in a detached scope, because in a
 * cancelled workflow nothing else would run.
 *
 * <p>An undo that fails blocks the job: a person has it tried again, or skips it with a reason.
 * What was skipped is a leftover, and the others go on; but what was claimed for the job stays
 * claimed then, since what is left may still use it. An undo may hold itself back for the same
 * reason, as one that starts a guest again while another host may still run it.
 */
final class Unwind {
  private final StepLog log;
  private final Attempts attempts;
  private final LostRun lost;
  private final Deque<Undo> undos = new ArrayDeque<>();

  /** Steps whose undo was taken over from a run that was lost. */
  private final Set<String> inherited = new HashSet<>();

  private final List<String> leftovers = new ArrayList<>();

  /** What earlier runs left at hosts that were silent; in the way of nobody. */
  private final List<String> behind = new ArrayList<>();

  private boolean onlyReadBack = true;

  Unwind(StepLog log, Attempts attempts, LostRun lost) {
    this.log = log;
    this.attempts = attempts;
    this.lost = lost;
  }

  /** One that was inherited keeps its turn. */
  void push(Undo undo) {
    if (!inherited.contains(undo.step())) {
      undos.push(undo);
    }
  }

  /** As {@link #push}, before its step begins. */
  void inherit(Undo undo) {
    undos.push(undo);
    inherited.add(undo.step());
  }

  /** Undoes everything and ends the job. */
  void end(TemporalFailure failure) {
    JobFailure cause = log.describe(failure);
    boolean cancelled = Failures.isCancelled(failure);
    log.failed(failure);
    undoAll(null);
    List<String> left = new ArrayList<>(behind);
    left.addAll(leftovers);
    log.end(
        new JobOutcome(
            cancelled ? JobState.CANCELLED : JobState.FAILED,
            cancelled ? null : cause,
            left.isEmpty(),
            left,
            !left.isEmpty() && onlyReadBack));
  }

  /**
   * Undoes everything and patches the job's input. What could not be undone would be in the way of
   * another run, so the job then ends with the failure that it was held by; unless it may stay
   * where it is, and the job goes on at another host.
   */
  void forAnotherRun(Detour.StartOver again) {
    undoAll(again.decision.host());
    if (!leftovers.isEmpty()) {
      throw again.failure;
    }
    log.startOver(again.decision.id());
  }

  /** For people. */
  List<String> leftBehind() {
    return List.copyOf(behind);
  }

  /** {@code next}: the host at which the job goes on, when a person named one. */
  private void undoAll(@Nullable HostId next) {
    for (String step : lost.giveUp()) {
      leftovers.add(step + ": begun by a run of the job that was lost, and not undone");
      onlyReadBack = false;
    }
    inherited.clear();
    while (!undos.isEmpty()) {
      undo(undos.pop(), next);
    }
  }

  private void undo(Undo undo, @Nullable HostId next) {
    if (undo.kind() == Undo.Kind.STAYS) {
      leave(undo, "cannot be taken back");
    } else if (undo.kind() == Undo.Kind.RELEASES && !leftovers.isEmpty()) {
      leave(undo, "stays claimed for what is left");
    } else {
      carryOut(undo, next);
    }
  }

  private void carryOut(Undo undo, @Nullable HostId next) {
    HostId mayStayAt = mayStayAt(undo, next);
    log.undoing(undo.step());
    try {
      if (mayStayAt == null) {
        attempts.undo(undo.action());
      } else {
        attempts.undoUnlessSilent(undo.action(), mayStayAt);
      }
    } catch (Detour.LeftBehind silent) {
      String why = String.valueOf(silent.getMessage());
      log.detail(why);
      log.notUndone();
      behind.add(undo.step() + ": " + why);
      onlyReadBack = false;
      return;
    } catch (Detour.Skipped skipped) {
      log.notUndone();
      leave(undo, "not undone: " + skipped.getMessage());
      return;
    } catch (Detour.HeldBack held) {
      log.notUndone();
      leave(undo, "not undone: " + held.getMessage());
      return;
    } catch (Detour.DoneForGood done) {
      log.notUndone();
      leftovers.add(undo.step() + ": " + done.getMessage());
      return;
    }
    if (undo.kind() == Undo.Kind.ENDS) {
      log.notUndone();
    } else if (undo.kind() == Undo.Kind.RECORDS) {
      log.notUndone();
      leftovers.add(undo.step() + ": cannot be taken back; what became of it was read back");
    } else {
      log.undone();
    }
  }

  /** Null when it is waited for. So it is by an engine that knew nothing else. */
  private static @Nullable HostId mayStayAt(Undo undo, @Nullable HostId next) {
    HostId host = next == null ? null : undo.mayStayAt().apply();
    boolean stays =
        host != null
            && !host.equals(next)
            && Workflow.getVersion("left-behind", Workflow.DEFAULT_VERSION, 1)
                != Workflow.DEFAULT_VERSION;
    return stays ? host : null;
  }

  private void leave(Undo undo, String why) {
    leftovers.add(undo.step() + ": " + why);
    onlyReadBack = false;
  }
}
