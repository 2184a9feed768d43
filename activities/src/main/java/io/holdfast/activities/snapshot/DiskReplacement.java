package io.holdfast.activities.snapshot;

import io.holdfast.workflows.model.InstanceId;

/** Is told that the disks of an instance that is off are others now; its lock is held. */
@FunctionalInterface
public interface DiskReplacement {
  /** Forgets what was noted of the disks that were there; fails as an activity does. */
  void replaced(InstanceId instance);
}
