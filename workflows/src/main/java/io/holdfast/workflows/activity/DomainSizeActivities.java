package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.activity.ActivityInterface;

/** The size of an instance's domain. Queue: the host's. */
@ActivityInterface
public interface DomainSizeActivities {
  /**
   * Gives the domain its size as of its next start, and reads it back; a domain that runs goes on
   * as it is. Its disks, ports and all else stay. Fails with NOT_FOUND (no such domain of ours),
   * LIBVIRT_REFUSED.
   */
  void resizeDomain(InstanceId instance, ComputeSize size);
}
