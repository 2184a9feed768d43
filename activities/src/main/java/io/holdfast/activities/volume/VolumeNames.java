package io.holdfast.activities.volume;

import io.holdfast.workflows.model.DiskSpec;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;

/** Names of volume files; the only place that spells them. */
public final class VolumeNames {
  private VolumeNames() {}

  /** {@code <instance>-<disk>.qcow2}. */
  public static Path disk(Path folder, InstanceId instance, DiskSpec disk) {
    return folder.resolve(instance + "-" + disk.name() + ".qcow2");
  }

  /** {@code <volume>.qcow2}, of a volume that lives by itself. */
  public static Path volume(Path folder, VolumeId volume) {
    return folder.resolve(volume + ".qcow2");
  }

  /** {@code <instance>-seed.iso}. */
  public static Path seed(Path folder, InstanceId instance) {
    return folder.resolve(instance + "-seed.iso");
  }
}
