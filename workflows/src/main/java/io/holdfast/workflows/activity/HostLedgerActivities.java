package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * Whether a host takes new instances. Local activities of the engine, as {@link LedgerActivities}:
 * one transaction each, and each may run twice. Fail with NOT_FOUND.
 */
@ActivityInterface
public interface HostLedgerActivities {
  /** Places nothing more on the host; what runs there is not touched. */
  void closeHost(JobId job, HostId host);

  /** Places instances on the host again. */
  void openHost(JobId job, HostId host);

  /** Puts the host back to what it was when the job was accepted; unchanged is no error. */
  void restoreHost(JobId job, HostId host);

  void completeHostState(JobId job, HostId host, List<StepUpdate> updates);
}
