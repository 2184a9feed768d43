package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.model.JobId;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Workflow;
import java.util.function.IntSupplier;

/**
 * What a migration may use, which people change while it runs: beside the steps, so that what a
 * step does meanwhile keeps to it. The ledger has the newest; being told only says to look there.
 */
final class LiveLimits {
  private final JobId job;
  private final MigrationLedgerActivities ledger;
  private final IntSupplier told;
  private boolean followed;

  /** {@code told}: how often somebody has changed them. */
  LiveLimits(JobId job, MigrationLedgerActivities ledger, IntSupplier told) {
    this.job = job;
    this.ledger = ledger;
    this.told = told;
  }

  /** Tells the source of every change, for as long as the workflow runs. */
  void follow(SourceSide source) {
    if (followed) {
      return; // a run that starts over leaves the same source
    }
    followed = true;
    Async.procedure(
        () -> {
          for (int seen = 0; ; ) {
            int known = seen;
            Workflow.await(() -> told.getAsInt() > known);
            seen = told.getAsInt();
            tell(source);
          }
        });
  }

  /** A call that an undo has overtaken is refused: then nothing runs there that could keep them. */
  private void tell(SourceSide source) {
    try {
      source.limitMeanwhile(ledger.readLimits(job));
    } catch (ActivityFailure refused) {
      Workflow.getLogger(LiveLimits.class).warn("The limits of job {} are not told", job, refused);
    }
  }
}
