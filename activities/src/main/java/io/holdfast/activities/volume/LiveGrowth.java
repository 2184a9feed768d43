package io.holdfast.activities.volume;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;

/** Grows a volume through the QEMU that has it open, which alone may write to it then. */
@FunctionalInterface
public interface LiveGrowth {
  /** False when no guest has the volume at this moment: then the file may be grown itself. */
  boolean grow(InstanceId instance, VolumeId volume, long sizeBytes);
}
