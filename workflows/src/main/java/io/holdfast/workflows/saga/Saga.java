package io.holdfast.workflows.saga;

import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.JobState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Functions.Func;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Workflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a job and, when one fails or the job is cancelled, undoes them.
 *
 * <p>The undo of a step is registered before the step is called, since a call that timed out may
 * have happened; so every undo is a no-op when nothing was done. Undo runs in reverse order, one at
 * a time, in a detached scope, because in a cancelled workflow nothing else would run. An undo that
 * fails is recorded as a leftover, and the others go on; but what was claimed for the job stays
 * claimed then, since what is left may still use it.
 *
 * <p>A step that only waits for what heals by itself (a host worker or a libvirt daemon that is
 * down) is tried until it comes back; the job says whom it waits for, and since when.
 */
public final class Saga {
  private final StepLog log;
  private final Deque<Undo> undos = new ArrayDeque<>();

  private Saga(JobId job) {
    this.log = new StepLog(job);
  }

  /**
   * Runs a job to its end. A runbook ends its own job by its last step, in one transaction with
   * what that step records; a job that does not get there is undone and ended here.
   */
  public static void execute(JobId job, Runbook runbook) {
    Saga saga = new Saga(job);
    try {
      runbook.run(saga);
    } catch (TemporalFailure failure) {
      Workflow.newDetachedCancellationScope(() -> saga.unwind(failure)).run();
      throw failure instanceof CanceledFailure || isCancelled(failure)
          ? failure
          : ended(Failures.describe(failure));
    }
  }

  /** Names the host on which the following steps run, for what the job says when it waits. */
  public void on(HostRef host) {
    log.on(host);
  }

  /** A step with a result. */
  public <T> T step(String name, Proc undo, Func<T> action) {
    undos.push(new Undo(name, undo));
    return forward(name, action);
  }

  /** As {@link #step}, for what the steps after it use: given back only when those are undone. */
  public <T> T claim(String name, Proc release, Func<T> action) {
    undos.push(new Undo(name, Undo.Kind.RELEASES, release));
    return forward(name, action);
  }

  /**
   * A step that cannot be taken back: a job that fails after it began is not undone, and says so.
   *
   * @param afterwards records what became of it
   */
  public <T> T stepForGood(String name, Proc afterwards, Func<T> action) {
    undos.push(new Undo(name, Undo.Kind.RECORDS, afterwards));
    return forward(name, action);
  }

  /** As {@link #stepForGood(String, Proc, Func)}, with nothing to record. */
  public void stepForGood(String name, Proc action) {
    undos.push(new Undo(name, Undo.Kind.STAYS, () -> {}));
    forward(name, asFunc(action));
  }

  /** A step without a result. */
  public void step(String name, Proc undo, Proc action) {
    step(name, undo, asFunc(action));
  }

  /**
   * Consecutive steps in one call, which says how long each took, or which of them failed. An
   * earlier attempt may have come further than the last one, so all of them are undone.
   */
  public void steps(Func<List<StepTime>> action, Undo... steps) {
    for (Undo step : steps) {
      undos.push(step);
    }
    log.begin(steps[0].step());
    try {
      log.succeeded(Patience.call(action, log));
    } catch (TemporalFailure failure) {
      String failed = Failures.stepOf(failure);
      for (int i = 1;
          i < steps.length && failed != null && !failed.equals(steps[i - 1].step());
          i++) {
        log.succeeded();
        log.running(steps[i].step());
      }
      throw failure;
    }
  }

  /** A step that leaves nothing behind, or nothing that may be taken back; say why at the call. */
  public <T> T stepWithoutUndo(String name, Func<T> action) {
    return forward(name, action);
  }

  public void stepWithoutUndo(String name, Proc action) {
    forward(name, asFunc(action));
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
    Workflow.newDetachedCancellationScope(() -> complete.write(log.takeWithSuccess())).run();
  }

  /** See {@link #complete}. */
  @FunctionalInterface
  public interface Completion {
    void write(List<StepUpdate> updates);
  }

  private <T> T forward(String name, Func<T> action) {
    log.begin(name);
    T result = Patience.call(action, log);
    log.succeeded();
    return result;
  }

  private void unwind(TemporalFailure failure) {
    JobFailure cause = Failures.describe(failure);
    log.failed(cause);
    List<String> leftovers = new ArrayList<>();
    while (!undos.isEmpty()) {
      unwind(undos.pop(), leftovers);
    }
    JobState state = isCancelled(failure) ? JobState.CANCELLED : JobState.FAILED;
    JobFailure error = state == JobState.CANCELLED ? null : cause;
    log.end(new JobOutcome(state, error, leftovers.isEmpty(), leftovers));
  }

  private void unwind(Undo undo, List<String> leftovers) {
    if (undo.kind() == Undo.Kind.STAYS) {
      leftovers.add(undo.step() + ": cannot be taken back");
    } else if (undo.kind() == Undo.Kind.RELEASES && !leftovers.isEmpty()) {
      leftovers.add(undo.step() + ": stays claimed for what is left");
    } else {
      carryOut(undo, leftovers);
    }
  }

  private void carryOut(Undo undo, List<String> leftovers) {
    log.undoing(undo.step());
    try {
      Patience.call(asFunc(undo.action()), log);
    } catch (TemporalFailure failed) {
      JobFailure why = Failures.describe(failed);
      log.failed(why);
      leftovers.add(undo.step() + ": " + why.message());
      return;
    }
    if (undo.kind() == Undo.Kind.RECORDS) {
      log.failed(null);
      leftovers.add(undo.step() + ": cannot be taken back");
    } else {
      log.undone();
    }
  }

  private static boolean isCancelled(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CanceledFailure) {
        return true;
      }
    }
    return false;
  }

  private static ApplicationFailure ended(JobFailure failure) {
    return ApplicationFailure.newBuilder()
        .setMessage(failure.message())
        .setType(failure.type().name())
        .setNonRetryable(true)
        .setDetails((Object) failure.causes().toArray(String[]::new))
        .build();
  }

  private static Func<@Nullable Void> asFunc(Proc action) {
    return () -> {
      action.apply();
      return null;
    };
  }
}
