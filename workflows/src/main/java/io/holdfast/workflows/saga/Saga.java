package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.lease.Leases;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobDecision;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobPolicy;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.JobVerb;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Functions.Proc1;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a job and, when one fails or the job is cancelled, undoes them.
 *
 * <p>The undo of a step is registered before the step is called, since a call that timed out may
 * have happened; so every undo is a no-op when nothing was done. See {@link Unwind} for the way
 * back.
 *
 * <p>A step that only waits for what heals by itself (a host worker or a libvirt daemon that is
 * down) is tried until it comes back. A step that fails otherwise ends the job, or blocks it until
 * a person decides: the job's policy says which. See {@link Attempts}.
 */
public final class Saga {
  private final JobPolicy policy;
  private final StepLog log;
  private final Steering steering;
  private final Attempts attempts;
  private final LostRun lost;
  private final Unwind unwind;

  private Saga(JobRequest request) {
    this.policy = request.policy();
    this.lost = new LostRun(request.begun());
    this.log = new StepLog(request.job(), lost);
    this.steering = Steering.listen();
    this.attempts = new Attempts(log, steering);
    this.unwind = new Unwind(log, attempts, lost);
  }

  /**
   * Runs a job to its end. A runbook ends its own job by its last step, in one transaction with
   * what that step records; a job that does not get there is undone and ended here.
   */
  public static void execute(JobRequest request, Runbook runbook) {
    execute(request, Runnable::run, runbook);
  }

  /**
   * As {@link #execute(JobRequest, Runbook)}.
   *
   * @param bound runs the wait for the approval that the job's policy wants; it may end that
   */
  public static void execute(JobRequest request, Consumer<Runnable> bound, Runbook runbook) {
    try {
      new Saga(request).runToItsEnd(bound, runbook);
    } catch (Detour.Ended over) { // on the way there or on the way back
      Workflow.getLogger(Saga.class).info("Job {} was ended by somebody else", request.job());
    }
  }

  private void runToItsEnd(Consumer<Runnable> bound, Runbook runbook) {
    try {
      awaitApproval(bound);
      lost.run(() -> runUntilDone(runbook));
    } catch (TemporalFailure failure) {
      Leases.nextPhase();
      Workflow.newDetachedCancellationScope(() -> unwind.end(failure)).run();
      throw Failures.isCancelled(failure) ? failure : Failures.ending(Failures.describe(failure));
    }
  }

  /** What a run that was lost has begun was approved. */
  private void awaitApproval(Consumer<Runnable> bound) {
    if (policy.approval() && lost.isNone()) {
      JobHold hold = Steering.question(JobState.WAITING_FOR_APPROVAL, List.of(JobVerb.APPROVE));
      log.held(hold);
      bound.accept(() -> steering.await(hold));
    }
  }

  /** A patched job is undone first, so that its runbook finds the world as it was. */
  private void runUntilDone(Runbook runbook) {
    while (true) {
      try {
        runbook.run(this);
        return;
      } catch (Detour.StartOver again) {
        Leases.nextPhase();
        Workflow.newDetachedCancellationScope(() -> unwind.forAnotherRun(again)).run();
        Leases.nextPhase(); // a late undo must not meet the run that starts over
      }
    }
  }

  /** Whether a run of the job that was lost has begun the step, and not undone it. */
  public boolean hasBegun(String step) {
    return lost.hasBegun(step);
  }

  /**
   * Of a run that follows a lost one, before its first step: takes over all that is to be undone of
   * it, in the order of the steps. Without this a cancel waits until the run has come as far, and a
   * failure before that leaves what the lost run did.
   */
  public void inherit(List<Undo> undos) {
    if (!lost.isNone()) {
      undos.forEach(unwind::inherit);
      lost.reachedAll();
    }
  }

  /** Names the host on which the following steps run, for what the job says when it waits. */
  public void on(HostRef host) {
    log.on(host);
  }

  /** Names a host that steps may call, whichever they are on. */
  public void knows(HostRef host) {
    log.knows(host);
  }

  /** A step with a result. */
  public <T> T step(String name, Proc undo, Func<T> action) {
    unwind.push(new Undo(name, undo));
    return forward(name, action, null);
  }

  /** As {@link #step(String, Proc, Func)}, for a step that a person may skip. */
  public <T> T step(String name, Proc undo, Func<T> action, Skip<T> skip) {
    unwind.push(new Undo(name, undo));
    return forward(name, action, skip);
  }

  /** A step without a result. */
  public void step(String name, Proc undo, Proc action) {
    step(name, undo, asFunc(action));
  }

  /**
   * As {@link #step(String, Proc, Proc)}, for what is in nobody's way at its host: left there when
   * that is silent, and a person has the job go on at another one. See {@link Undo#mayStayAt}.
   */
  public void stepAside(String name, Func<@Nullable HostId> mayStayAt, Proc undo, Proc action) {
    unwind.push(new Undo(name, Undo.Kind.TAKES_BACK, undo, mayStayAt));
    forward(name, asFunc(action), null);
  }

  /** What earlier runs of the job left at hosts that were silent, one line each. */
  public List<String> leftBehind() {
    return unwind.leftBehind();
  }

  /**
   * A step that works on many things. A person may have it go on without those that are in its way.
   *
   * @param leaveOut writes down which, by the id of the decision; the others are worked on again
   */
  public void stepOfMany(String name, Proc undo, Proc action, Proc1<UUID> leaveOut) {
    unwind.push(new Undo(name, undo));
    while (true) {
      log.begin(List.of(name));
      try {
        attempts.step(asFunc(action), verbs(true), asks());
        log.succeeded();
        return;
      } catch (Detour.Skipped skipped) {
        leaveOut.apply(skipped.decision.id());
      }
    }
  }

  /** As {@link #step}, for what the steps after it use: given back only when those are undone. */
  public <T> T claim(String name, Proc release, Func<T> action) {
    unwind.push(new Undo(name, Undo.Kind.RELEASES, release));
    return forward(name, action, null);
  }

  /**
   * A step that cannot be taken back: a job that fails after it began is not undone, and says so.
   *
   * @param afterwards records what became of it
   */
  public <T> T stepForGood(String name, Proc afterwards, Func<T> action) {
    unwind.push(new Undo(name, Undo.Kind.RECORDS, afterwards));
    return forward(name, action, null);
  }

  /**
   * As {@link #stepForGood(String, Proc, Func)}, with nothing to record. A person may skip it, when
   * what it would act on is lost.
   */
  public void stepForGood(String name, Proc action) {
    unwind.push(new Undo(name, Undo.Kind.STAYS, () -> {}));
    forward(name, asFunc(action), new Skip<>(() -> null));
  }

  /**
   * Consecutive steps in one call, which says how long each took, or which of them failed. An
   * earlier attempt may have come further than the last one, so all of them are undone.
   */
  public void steps(Func<List<StepTime>> action, Undo... steps) {
    List<String> names = new ArrayList<>();
    for (Undo step : steps) {
      unwind.push(step);
      names.add(step.step());
    }
    log.begin(names);
    log.succeeded(attempts.step(action, verbs(false), asks()));
  }

  /**
   * A step behind the point of no return: whatever the job's policy says, it is tried until it
   * succeeds, and a person is asked when it fails. Call it in a detached scope, where a cancel
   * comes too late.
   */
  public <T> T stepOnwards(String name, Func<T> action) {
    return onwards(name, action, null);
  }

  /** As {@link #stepOnwards(String, Func)}, without a result. */
  public void stepOnwards(String name, Proc action) {
    onwards(name, asFunc(action), null);
  }

  /** As {@link #stepOnwards(String, Func)}, for a step that a person may skip. */
  public <T> T stepOnwards(String name, Func<T> action, Skip<T> skip) {
    return onwards(name, action, skip);
  }

  /**
   * For an undo that finds that its step came to its end after all: the job says so, and is not
   * undone. {@code became} is what became of it.
   */
  public static RuntimeException doneForGood(String became) {
    return new Detour.DoneForGood(became);
  }

  /**
   * For an undo that must not happen beside what an earlier one has left: it stays undone, and the
   * job says {@code why}.
   */
  public static RuntimeException heldBack(String why) {
    return new Detour.HeldBack(why);
  }

  /** A step that leaves nothing behind, or nothing that may be taken back; say why at the call. */
  public <T> T stepWithoutUndo(String name, Func<T> action) {
    return forward(name, action, null);
  }

  /** As {@link #stepWithoutUndo(String, Func)}, for a step that a person may skip. */
  public <T> T stepWithoutUndo(String name, Func<T> action, Skip<T> skip) {
    return forward(name, action, skip);
  }

  public void stepWithoutUndo(String name, Proc action) {
    forward(name, asFunc(action), null);
  }

  /**
   * A step that a plan adds, and that leaves nothing behind which could be undone. It may leave
   * itself out; so may a person, when it has failed.
   */
  public void addedStep(String name, Func<AddedStep> action) {
    log.begin(List.of(name));
    try {
      AddedStep end = attempts.step(action, verbs(true), asks());
      if (end.carriedOut()) {
        log.detail(end.words());
        log.succeeded();
      } else {
        log.skipped(name, end.words());
      }
    } catch (Detour.Skipped skipped) {
      log.skipped(name, String.valueOf(skipped.getMessage()));
    }
  }

  /**
   * As {@link #addedStep(String, Func)}, for a call that may come late.
   *
   * @param shutOut sees to it, when the job is given up, that nothing of the step happens any more
   */
  public void addedStep(String name, Proc shutOut, Func<AddedStep> action) {
    unwind.push(new Undo(name, Undo.Kind.ENDS, shutOut));
    addedStep(name, action);
  }

  /**
   * Waits, in the step that runs, until a person approves. Fails with APPROVAL_MISSING when nobody
   * does in time. Whoever does not want the job to go on cancels it.
   *
   * @return who approved, and why
   */
  public String awaitApproval(String question, Duration atMost) {
    JobHold hold = Steering.question(JobState.WAITING_FOR_APPROVAL, List.of(JobVerb.APPROVE));
    log.asks(question, hold);
    JobDecision decision = steering.await(hold, atMost);
    if (decision == null) {
      throw Failures.of(
          FailureType.APPROVAL_MISSING,
          "Nobody approved within %d s: %s".formatted(atMost.toSeconds(), question));
    }
    return "approved by " + decision.words();
  }

  /** Records that a step had nothing to do. */
  public void skip(String name, String detail) {
    log.skipped(name, detail);
  }

  /** Says more about the step that runs; shown with its next change. */
  public void detail(String text) {
    log.detail(text);
  }

  /**
   * The last step: {@code complete} gets the step changes that are not written yet and records them
   * together with the end of the job. From here on a cancel comes too late: it must not undo what
   * the database may already call done, so the call runs in a detached scope.
   */
  public void complete(String name, Completion complete) {
    log.running(name);
    List<StepUpdate> updates = log.takeWithSuccess();
    try {
      Workflow.newDetachedCancellationScope(() -> complete.write(updates)).run();
    } catch (TemporalFailure refused) {
      log.notTaken(updates);
      throw refused;
    }
  }

  /** See {@link #complete}. */
  @FunctionalInterface
  public interface Completion {
    void write(List<StepUpdate> updates);
  }

  private <T> T forward(String name, Func<T> action, @Nullable Skip<T> skip) {
    return carryOut(name, action, skip, verbs(skip != null), asks());
  }

  private <T> T onwards(String name, Func<T> action, @Nullable Skip<T> skip) {
    List<JobVerb> verbs =
        skip == null ? List.of(JobVerb.RESUME) : List.of(JobVerb.RESUME, JobVerb.SKIP);
    return carryOut(name, action, skip, verbs, true);
  }

  private <T> T carryOut(
      String name, Func<T> action, @Nullable Skip<T> skip, List<JobVerb> verbs, boolean asks) {
    log.begin(List.of(name));
    try {
      T result = attempts.step(action, verbs, asks);
      log.succeeded();
      return result;
    } catch (Detour.Skipped skipped) {
      if (skip == null) {
        throw skipped;
      }
      log.skipped(name, String.valueOf(skipped.getMessage()));
      return skip.instead().apply();
    }
  }

  private boolean asks() {
    return policy.onFailure() == JobPolicy.OnFailure.PAUSE;
  }

  private static List<JobVerb> verbs(boolean skippable) {
    return skippable
        ? List.of(JobVerb.RESUME, JobVerb.SKIP, JobVerb.ABORT)
        : List.of(JobVerb.RESUME, JobVerb.ABORT);
  }

  static Func<@Nullable Void> asFunc(Proc action) {
    return () -> {
      action.apply();
      return null;
    };
  }
}
