package io.holdfast.activities.volume;

import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.util.Optional;

/** The domains of this host, as those who have volumes. */
public interface VolumeHolders {
  /**
   * Grows a volume through the QEMU that has it open, which alone may write to it then. False when
   * no guest has the volume at this moment: then the file may be grown itself, and no round reads
   * it. Fails with DISKS_BUSY while a round reads the guest's disks.
   */
  boolean grow(InstanceId instance, VolumeId volume, long sizeBytes);

  /**
   * Fails with DISKS_BUSY when the instance has the volume under overlays of a move: what is done
   * to the volume then is not done to what its guest has.
   */
  void requireNoOverlay(InstanceId instance, VolumeId volume);

  /** The name of a domain that has the volume, now or at its next start; whosever it is. */
  Optional<String> holder(VolumeId volume);
}
