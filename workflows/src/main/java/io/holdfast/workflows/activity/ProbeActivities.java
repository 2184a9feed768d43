package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.temporal.activity.ActivityInterface;

/** Questions to guests that were recovered. Queue: the host's wait queue. */
@ActivityInterface
public interface ProbeActivities {
  /**
   * Asks until the answer is right, at most for the time that the probe says. Changes nothing but
   * what a command in the guest does. Fails with PROBE_FAILED, saying what was seen last.
   */
  ProbeResult runProbe(ProbeSpec probe);
}
