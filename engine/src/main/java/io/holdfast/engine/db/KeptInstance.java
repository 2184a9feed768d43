package io.holdfast.engine.db;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GuestReadiness;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an instance was when something was taken of it: all that its disks do not tell.
 *
 * @param flavor its name, or null when sizes were given
 * @param limit how far it could grow while it ran; null: it had no room for that
 * @param networks of its nics, in order
 * @param volumes that its own disks had started as, by their names; null for none
 */
public record KeptInstance(
    String name,
    @Nullable String flavor,
    int vcpus,
    int memoryMiB,
    @Nullable ComputeSize limit,
    GuestReadiness readiness,
    int guestTimeoutSeconds,
    List<Network> networks,
    @Nullable Map<String, KeptVolume> volumes) {
  public ComputeSize size() {
    return new ComputeSize(vcpus, memoryMiB);
  }

  /** By the name that it had then. */
  public record Network(UUID id, String name) {}
}
