package io.holdfast.workflows.saga;

import io.holdfast.workflows.activity.JobActivities;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobHold;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the job says of its steps. Changes are written by local activities; the end of one step and
 * the start of the next are one write, because each write costs a transaction. Every write throws
 * {@link Detour.Ended} when somebody else has ended the job.
 */
final class StepLog {
  private final JobId job;
  private final LostRun lost;
  private final JobActivities jobs = Profiles.inventory(JobActivities.class);
  private final List<StepUpdate> unwritten = new ArrayList<>();

  /** The steps of the call that runs; the last ones have not begun. */
  private List<String> called = List.of();

  private String step = "";
  private int attempt = 1;
  private long lastMillis;
  private boolean failed;
  private @Nullable String detail;

  /** The question that was written last, or null. */
  private @Nullable JobHold open;

  private @Nullable HostRef host;
  private final Map<HostId, String> names = new HashMap<>();

  StepLog(JobId job, LostRun lost) {
    this.job = job;
    this.lost = lost;
  }

  void on(HostRef where) {
    this.host = where;
    knows(where);
  }

  /** One that a step may call, whichever it is on. */
  void knows(HostRef other) {
    names.put(other.id(), other.name());
  }

  /** Who was called when it failed; else where the step is. */
  String hostName(TemporalFailure failure) {
    HostId called = Callees.of(failure);
    if (called != null) {
      return names.getOrDefault(called, "host " + called);
    }
    return host == null ? "the engine" : host.name();
  }

  /** For people. */
  JobFailure describe(TemporalFailure failure) {
    JobFailure told = Failures.describe(failure);
    return Failures.isSilence(failure)
        ? new JobFailure(told.type(), told.message() + " on " + hostName(failure), told.causes())
        : told;
  }

  void detail(String text) {
    this.detail = text;
  }

  /** {@code names}: the steps of one call, of which the first begins. */
  void begin(List<String> names) {
    running(names.get(0));
    called = names;
    write(null);
    lost.reached(names);
  }

  /** As {@link #begin}, written with the next change. */
  void running(String name) {
    step = name;
    called = List.of(name);
    attempt = 1;
    detail = host == null ? null : "on " + host.name();
    add(StepState.RUNNING, null);
  }

  /** The step that was blocked is tried again. */
  void again() {
    attempt++;
    detail = host == null ? null : "on " + host.name();
    add(StepState.RUNNING, null);
    write(null);
    lost.asks(false);
  }

  void waiting(String why, JobHold hold) {
    attempt++;
    detail = why;
    add(StepState.WAITING, null);
    write(hold);
  }

  /** What was waited for is there: the step runs, and its question stays open. */
  void goesOn(JobHold hold) {
    if (hold.equals(open)) {
      detail = host == null ? null : "on " + host.name();
      add(StepState.RUNNING, null);
      write(hold);
    }
  }

  /** The step that runs waits for a person's word. */
  void asks(String question, JobHold hold) {
    detail = question;
    add(StepState.WAITING, null);
    write(hold);
    lost.asks(true);
  }

  /** The job waits before its first step. */
  void held(JobHold hold) {
    write(hold);
  }

  void blocked(TemporalFailure failure, JobHold hold) {
    reached(failure);
    add(StepState.FAILED, describe(failure));
    write(hold);
    lost.asks(true);
  }

  void succeeded() {
    add(StepState.SUCCEEDED, null);
  }

  /**
   * The steps of one call succeeded, the one that runs being the first of them. They are laid back
   * from now: a host's clock is not asked. None ends before the last change.
   */
  void succeeded(List<StepTime> times) {
    long now = Workflow.currentTimeMillis();
    long left = times.stream().mapToLong(StepTime::millis).sum();
    for (StepTime time : times) {
      if (!time.step().equals(step)) {
        step = time.step();
        add(StepState.RUNNING, null, Math.max(lastMillis, now - left));
      }
      left -= time.millis();
      add(StepState.SUCCEEDED, null, Math.max(lastMillis, now - left));
    }
  }

  void skipped(String name, String why) {
    step = name;
    attempt = 1;
    detail = why;
    add(StepState.SKIPPED, null);
    lost.reached(List.of(name));
  }

  /** The step that runs, or the one of its call that the failure names, has failed. */
  void failed(TemporalFailure failure) {
    reached(failure);
    // A step that was blocked keeps its first cause when the job is cancelled.
    boolean keeps = failed && Failures.isCancelled(failure);
    add(StepState.FAILED, keeps ? null : describe(failure));
  }

  /** The step was not undone; the cause that is written stays. */
  void notUndone() {
    add(StepState.FAILED, null);
  }

  void undoing(String name) {
    step = name;
    called = List.of(name);
    attempt = 1;
    detail = null;
    add(StepState.UNDOING, null);
    write(null);
  }

  void undone() {
    add(StepState.UNDONE, null);
  }

  /** All was undone, and the job's input is patched. */
  void startOver(UUID decision) {
    write(null);
    jobs.applyPatch(job, decision);
    step = "";
    host = null;
  }

  void end(JobOutcome outcome) {
    jobs.endJob(job, outcome, take());
  }

  /** The unwritten changes and the success of the running step, for the caller to write. */
  List<StepUpdate> takeWithSuccess() {
    succeeded();
    return take();
  }

  /** They were not written after all, and the step that runs did not succeed. */
  void notTaken(List<StepUpdate> updates) {
    unwritten.addAll(0, updates.subList(0, updates.size() - 1));
  }

  /** Of a call for several steps, those before the one that failed have succeeded. */
  private void reached(TemporalFailure failure) {
    String reached = Failures.stepOf(failure);
    if (reached == null || !called.contains(reached)) {
      return;
    }
    int to = called.indexOf(reached);
    for (int next = called.indexOf(step) + 1; next <= to; next++) {
      succeeded();
      step = called.get(next);
      add(StepState.RUNNING, null);
    }
    step = reached; // a repeated call may have come less far
  }

  private void add(StepState state, @Nullable JobFailure error) {
    add(state, error, Workflow.currentTimeMillis());
  }

  private void add(StepState state, @Nullable JobFailure error, long atMillis) {
    lastMillis = atMillis;
    failed = state == StepState.FAILED;
    if (!step.isEmpty()) {
      unwritten.add(new StepUpdate(step, state, attempt, atMillis, detail, error));
    }
  }

  private List<StepUpdate> take() {
    List<StepUpdate> updates = List.copyOf(unwritten);
    unwritten.clear();
    return updates;
  }

  private void write(@Nullable JobHold hold) {
    open = hold;
    if (!jobs.recordSteps(job, take(), hold, Workflow.currentTimeMillis())) {
      throw new Detour.Ended();
    }
  }
}
