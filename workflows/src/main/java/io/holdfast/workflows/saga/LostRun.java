package io.holdfast.workflows.saga;

import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Functions.Proc;
import io.temporal.workflow.Workflow;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What runs of the job that were lost have begun and not undone. The run that follows them has an
 * undo for a step only once it has come to it, or has taken it over. Until it has all of them a
 * cancel is held back: it would leave what the lost runs did. Not while a person is asked: nothing
 * else might come then.
 */
final class LostRun {
  private final Set<String> begun;
  private final Set<String> missing;
  private @Nullable CancellationScope job;
  private @Nullable CancellationScope work;
  private boolean asks;

  LostRun(List<String> begun) {
    this.begun = new LinkedHashSet<>(begun);
    this.missing = new LinkedHashSet<>(begun);
  }

  boolean isNone() {
    return begun.isEmpty();
  }

  boolean hasBegun(String step) {
    return begun.contains(step);
  }

  /** Runs the job's steps; a cancel of the job reaches them when it need not be held back. */
  void run(Proc steps) {
    if (isNone()) {
      steps.apply();
      return;
    }
    CancellationScope outer = CancellationScope.current();
    CancellationScope inner = Workflow.newDetachedCancellationScope(steps::apply);
    job = outer;
    work = inner;
    outer.getCancellationRequest().thenApply(reason -> cancelUnlessHeldBack());
    inner.run();
  }

  /** The undo of these is registered, or they have none. */
  void reached(Collection<String> steps) {
    if (missing.removeAll(steps)) {
      cancelUnlessHeldBack();
    }
  }

  /** Whether the job stands still until a person decides. */
  void asks(boolean now) {
    asks = now;
    cancelUnlessHeldBack();
  }

  /** As {@link #reached}, of all. */
  void reachedAll() {
    reached(List.copyOf(missing));
  }

  /** Those that this run has not come to, and will not. */
  List<String> giveUp() {
    List<String> left = List.copyOf(missing);
    missing.clear();
    begun.clear();
    return left;
  }

  private boolean cancelUnlessHeldBack() {
    boolean cancels = (missing.isEmpty() || asks) && job != null && job.isCancelRequested();
    if (cancels && work != null && !work.isCancelRequested()) {
      work.cancel("the job is cancelled");
    }
    return cancels;
  }
}
