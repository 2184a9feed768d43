package io.holdfast.workflows.migration;

import io.holdfast.workflows.activity.MigrationLedgerActivities;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MigrationOrder;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * What a migration may use, which people change while it runs: beside the steps, so that what a
 * step does meanwhile keeps to it. The ledger has the newest; being told only says to look there.
 */
final class LiveLimits {
  private static final Duration PAUSE = Duration.ofSeconds(15);

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

  /**
   * Until the source has heard the newest: its worker may be away. A call that an undo has
   * overtaken is refused: then nothing runs there that could keep them.
   */
  private void tell(SourceSide source) {
    while (true) {
      try {
        source.limitMeanwhile(ledger.readLimits(job));
        return;
      } catch (ActivityFailure refused) {
        Workflow.getLogger(LiveLimits.class)
            .warn("The limits of job {} are not told", job, refused);
        if (Failures.typeOf(refused) == FailureType.STALE_LEASE || !isRepeated()) {
          return;
        }
      }
      Workflow.sleep(PAUSE);
    }
  }

  /** What the ledger has now, whatever it had at the claim: people may have changed it since. */
  void tellBefore(SourceSide source, MigrationOrder order) {
    if (isRepeated()) {
      source.limitAnew(ledger.readLimits(job));
    } else {
      source.limit(order.limits());
    }
  }

  /** Runs that began before keep to what they were told once. */
  private static boolean isRepeated() {
    return Workflow.getVersion("limits-repeated", Workflow.DEFAULT_VERSION, 1)
        != Workflow.DEFAULT_VERSION;
  }
}
