package io.holdfast.engine.ledger;

import io.holdfast.engine.db.JobDao;
import io.holdfast.engine.db.StepRow;
import io.holdfast.workflows.model.StepState;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Puts a workflow's words on the rows of a job's steps. */
final class StepChanges {
  private StepChanges() {}

  /**
   * Writes changes in order; true when some step may be PENDING still. The caller holds the job's
   * row lock.
   */
  static boolean write(JobDao jobs, UUID job, List<StepUpdate> updates) {
    if (updates.isEmpty()) {
      return true;
    }
    Map<String, StepRow> before = new HashMap<>();
    for (StepRow row : jobs.steps(job)) {
      before.put(row.name(), row);
    }
    Map<String, StepRow> after = new HashMap<>(before);
    for (StepUpdate update : updates) {
      after.computeIfPresent(update.step(), (name, row) -> changed(row, update));
    }
    List<StepRow> news =
        after.values().stream().filter(row -> !row.equals(before.get(row.name()))).toList();
    if (!news.isEmpty()) {
      jobs.updateSteps(news);
    }
    return after.values().stream().anyMatch(row -> row.state() == StepState.PENDING);
  }

  /**
   * A step after a change. A change that is older than the last one comes from an attempt that was
   * given up, and changes nothing. While a step is undone its error and detail stay readable.
   */
  static StepRow changed(StepRow row, StepUpdate update) {
    Instant at = Instant.ofEpochMilli(update.atMillis());
    if (row.changedAt() != null && row.changedAt().isAfter(at)) {
      return row;
    }
    boolean undoes =
        switch (update.state()) {
          case UNDOING, UNDONE, FAILED -> true;
          case PENDING, RUNNING, WAITING, SUCCEEDED, SKIPPED -> false;
        };
    boolean ended =
        switch (update.state()) {
          case SUCCEEDED, SKIPPED, FAILED, UNDONE -> true;
          case PENDING, RUNNING, WAITING, UNDOING -> false;
        };
    boolean started =
        switch (update.state()) {
          case RUNNING, WAITING, SUCCEEDED, FAILED -> true;
          case PENDING, SKIPPED, UNDOING, UNDONE -> false;
        };
    return new StepRow(
        row.jobId(),
        row.position(),
        row.name(),
        update.state(),
        update.attempt(),
        row.startedAt() == null && started ? at : row.startedAt(),
        ended ? at : null,
        at,
        update.detail() == null && undoes ? row.detail() : update.detail(),
        update.error() == null && undoes ? row.error() : update.error());
  }
}
