package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.DomainDescription;
import io.holdfast.workflows.model.HostCensus;
import io.holdfast.workflows.model.InstanceId;
import io.temporal.activity.ActivityInterface;

/** What of ours is on a host. Both only read. Queue: the host's. */
@ActivityInterface
public interface CensusActivities {
  /**
   * Everything that carries our tag or one of our names; nothing foreign; and what room its pools
   * have. A census whose digest is {@code known} is answered without its items. Fails with
   * LIBVIRT_UNAVAILABLE, STORAGE_FAILED.
   */
  HostCensus takeCensus(String known);

  /**
   * A domain of ours, for an instance's row to be made from it. Fails with NOT_FOUND, and with
   * ORPHAN_NOT_ADOPTABLE when it is not as we make them.
   */
  DomainDescription describeDomain(InstanceId instance);
}
