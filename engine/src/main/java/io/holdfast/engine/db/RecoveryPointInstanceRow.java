package io.holdfast.engine.db;

import io.holdfast.workflows.model.ComputeSize;
import io.holdfast.workflows.model.GuestReadiness;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What an instance was when a recovery point of it was planned: all that its disks do not tell.
 *
 * @param flavor its name, or null when sizes were given
 * @param maxVcpus how far it could grow while it ran; null: it had no room for that
 * @param maxMemoryMib the same
 * @param networks of its nics, in order
 */
public record RecoveryPointInstanceRow(
    UUID pointId,
    UUID instanceId,
    String name,
    @Nullable String flavor,
    int vcpus,
    int memoryMib,
    @Nullable Integer maxVcpus,
    @Nullable Integer maxMemoryMib,
    GuestReadiness readiness,
    int guestTimeoutSeconds,
    @Json List<KeptInstance.Network> networks) {
  public static RecoveryPointInstanceRow of(UUID point, UUID instance, KeptInstance was) {
    ComputeSize limit = was.limit();
    return new RecoveryPointInstanceRow(
        point,
        instance,
        was.name(),
        was.flavor(),
        was.vcpus(),
        was.memoryMiB(),
        limit == null ? null : limit.vcpus(),
        limit == null ? null : limit.memoryMiB(),
        was.readiness(),
        was.guestTimeoutSeconds(),
        was.networks());
  }

  public NamedSize named() {
    return new NamedSize(flavor, vcpus, memoryMib);
  }

  public ComputeSize size() {
    return new ComputeSize(vcpus, memoryMib);
  }

  /** How far it could grow while it ran; null: it had no room for that. */
  public @Nullable ComputeSize limit() {
    return maxVcpus == null || maxMemoryMib == null
        ? null
        : new ComputeSize(maxVcpus, maxMemoryMib);
  }

  /** What its disks started as is said with these. */
  public KeptInstance kept() {
    return new KeptInstance(
        name, flavor, vcpus, memoryMib, limit(), readiness, guestTimeoutSeconds, networks, null);
  }
}
