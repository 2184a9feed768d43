package io.holdfast.engine.db;

import io.holdfast.workflows.model.ComputeSize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a create asked for, names resolved and defaults filled in.
 *
 * @param flavor its name at that time, or null when sizes were given
 * @param diskGiB one size a disk; the first is the root disk's
 * @param secrets ssh keys and user data, or null when there are none
 * @param guestTimeoutSeconds how long the guest may take to answer
 * @param restored null when its root disk starts as an image
 * @param limit how far it may grow while it runs; null: it has no room for that
 * @param pool the only one that will do, by its name; or null
 */
public record WantedInstance(
    @Nullable String flavor,
    int vcpus,
    int memoryMiB,
    List<Integer> diskGiB,
    @Nullable SealedSecrets secrets,
    int guestTimeoutSeconds,
    @Nullable RestoredFrom restored,
    @Nullable ComputeSize limit,
    @Nullable String pool) {
  /** By the names of its disks, the volumes that these started as. */
  public Map<String, KeptVolume> startedAsVolumes() {
    return restored == null || restored.volumes() == null ? Map.of() : restored.volumes();
  }

  public NamedSize named() {
    return new NamedSize(flavor, vcpus, memoryMiB);
  }

  public ComputeSize size() {
    return new ComputeSize(vcpus, memoryMiB);
  }
}
