package io.holdfast.activities.volume;

import io.holdfast.workflows.model.InstanceId;

/** The domains of this host, as those who write to volumes. */
@FunctionalInterface
public interface VolumeUsers {
  /** True when the instance has a domain here that is not off. */
  boolean isActive(InstanceId instance);
}
