package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.HostFacts;
import io.holdfast.workflows.model.HostObservation;
import io.temporal.activity.ActivityInterface;

/** A host speaking of itself. Both only read. */
@ActivityInterface
public interface HostActivities {
  /** Capacity, versions, pools, and the domain type found by starting a probe guest. */
  HostFacts discoverHost();

  /**
   * All domains of the host. Returns as soon as they differ from {@code known}, or after {@code
   * maxWaitSeconds}. Queue: the host's wait queue.
   */
  HostObservation observeHost(HostObservation known, int maxWaitSeconds);
}
