package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldLease;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/** The ledger's side of releasing a lease by force. Local activities of the engine. */
@ActivityInterface
public interface LeaseLedgerActivities {
  /**
   * Draws a new generation for the holder, so that whatever its run still sends is old. Fails with
   * NOT_FOUND when the holder has ended, and its lease with it.
   */
  HeldLease raise(JobId holder);

  /** Where the holder may have worked by now, with its generation. */
  HeldLease held(JobId holder);

  /**
   * Records what was found, ends the holder as FAILED and not undone, with {@code found} and who
   * forced it among its leftovers, and ends the job itself. A holder that has ended meanwhile stays
   * as it ended.
   */
  void completeRelease(JobId job, JobId holder, List<Findings> found, List<StepUpdate> updates);
}
