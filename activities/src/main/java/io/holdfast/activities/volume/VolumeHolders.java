package io.holdfast.activities.volume;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.util.Optional;

/** The domains of this host, as those who have volumes. */
public interface VolumeHolders {
  /**
   * Grows a volume through the QEMU that has it open, which alone may write to it then. False when
   * no guest has the volume at this moment: then the file may be grown itself.
   */
  boolean grow(InstanceId instance, VolumeId volume, long sizeBytes);

  /** The name of a domain that has the volume, now or at its next start; whosever it is. */
  Optional<String> holder(VolumeId volume);
}
