package io.holdfast.activities.domain;

import io.holdfast.workflows.model.InstanceId;

/** Who reads the disks of instances that are off. */
@FunctionalInterface
public interface DiskReaders {
  /** Has them let go of the instance's disks, which it is about to write to. */
  void end(InstanceId instance);
}
