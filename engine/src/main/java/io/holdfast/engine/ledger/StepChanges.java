package io.holdfast.engine.ledger;

import io.holdfast.engine.db.JobDao;
import io.holdfast.engine.db.StepChange;
import io.holdfast.workflows.model.StepUpdate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts a workflow's words on the rows of a job's steps. */
final class StepChanges {
  private StepChanges() {}

  /** Writes changes in order, those of one step as one. The caller holds the job's row lock. */
  static void write(JobDao jobs, UUID job, List<StepUpdate> updates) {
    if (updates.isEmpty()) {
      return;
    }
    Map<String, StepChange> changes = new LinkedHashMap<>();
    for (StepUpdate update : updates) {
      changes.compute(update.step(), (name, before) -> change(job, before, update));
    }
    jobs.changeSteps(List.copyOf(changes.values()));
  }

  /**
   * A change on top of the one before it, if any. One that is older comes from an attempt that was
   * given up, and changes nothing. While a step is undone its error and detail stay readable.
   */
  private static StepChange change(UUID job, @Nullable StepChange before, StepUpdate update) {
    Instant at = Instant.ofEpochMilli(update.atMillis());
    if (before != null && before.changedAt().isAfter(at)) {
      return before;
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
    boolean oldDetail = update.detail() == null && undoes;
    boolean oldError = update.error() == null && undoes;
    Instant startedBefore = before == null ? null : before.startedAt();
    return new StepChange(
        job,
        update.step(),
        update.state(),
        update.attempt(),
        startedBefore == null && started ? at : startedBefore,
        ended ? at : null,
        at,
        oldDetail && before != null ? before.detail() : update.detail(),
        oldDetail && (before == null || before.keepsDetail()),
        oldError && before != null ? before.error() : update.error(),
        oldError && (before == null || before.keepsError()));
  }
}
