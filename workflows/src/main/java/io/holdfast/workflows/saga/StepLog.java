package io.holdfast.workflows.saga;

import io.holdfast.workflows.activity.JobActivities;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobOutcome;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepTime;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the job says of its steps. Changes are written by local activities; the end of one step and
 * the start of the next are one write, because each write costs a transaction.
 */
final class StepLog {
  private final JobId job;
  private final JobActivities jobs = Profiles.inventory(JobActivities.class);
  private final List<StepUpdate> unwritten = new ArrayList<>();
  private String step = "";
  private int attempt = 1;
  private long lastMillis;
  private @Nullable String detail;
  private @Nullable HostRef host;

  StepLog(JobId job) {
    this.job = job;
  }

  void on(HostRef where) {
    this.host = where;
  }

  String hostName() {
    return host == null ? "the engine" : host.name();
  }

  void detail(String text) {
    this.detail = text;
  }

  void begin(String name) {
    running(name);
    write();
  }

  /** As {@link #begin}, written with the next change. */
  void running(String name) {
    step = name;
    attempt = 1;
    detail = host == null ? null : "on " + host.name();
    add(StepState.RUNNING, null);
  }

  void waiting(String why) {
    attempt++;
    detail = why;
    add(StepState.WAITING, null);
    write();
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
  }

  /** {@code cause}: null keeps the one that is written. */
  void failed(@Nullable JobFailure cause) {
    add(StepState.FAILED, cause);
  }

  void undoing(String name) {
    step = name;
    attempt = 1;
    detail = null;
    add(StepState.UNDOING, null);
    write();
  }

  void undone() {
    add(StepState.UNDONE, null);
  }

  void end(JobOutcome outcome) {
    jobs.endJob(job, outcome, take());
  }

  /** The unwritten changes and the success of the running step, for the caller to write. */
  List<StepUpdate> takeWithSuccess() {
    succeeded();
    return take();
  }

  private void add(StepState state, @Nullable JobFailure error) {
    add(state, error, Workflow.currentTimeMillis());
  }

  private void add(StepState state, @Nullable JobFailure error, long atMillis) {
    lastMillis = atMillis;
    if (!step.isEmpty()) {
      unwritten.add(new StepUpdate(step, state, attempt, atMillis, detail, error));
    }
  }

  private List<StepUpdate> take() {
    List<StepUpdate> updates = List.copyOf(unwritten);
    unwritten.clear();
    return updates;
  }

  private void write() {
    jobs.recordSteps(job, take());
  }
}
