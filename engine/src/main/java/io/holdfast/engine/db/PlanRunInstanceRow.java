package io.holdfast.engine.db;

import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a run: what was pinned of it, and what became of it.
 *
 * @param attempts at most
 * @param pointId null when none could be chosen; so are the fields that depend on it
 * @param size that it gets; null of runs that began before plans could say it: that of its point
 * @param refusal why it cannot be recovered, or null
 * @param attempt so many were begun
 * @param jobId of the last attempt, or null
 * @param instanceId that the last attempt makes, or null
 * @param results of the probes that were green
 * @param error the first cause of the last failure, or null
 */
public record PlanRunInstanceRow(
    UUID runId,
    UUID sourceId,
    String sourceName,
    String tier,
    int tierPosition,
    int position,
    int parallel,
    FailurePolicy policy,
    int attempts,
    @Json List<PlanDefinition.Probe> probes,
    @Nullable UUID pointId,
    @Nullable Long pointNumber,
    @Nullable String groupName,
    @Nullable Instant takenAt,
    @Nullable Instant verifiedAt,
    @Json List<Disk> disks,
    @Nullable UUID hostId,
    @Nullable String hostName,
    @Json @Nullable NamedSize size,
    @Json List<Nic> nics,
    @Nullable String refusal,
    int attempt,
    @Nullable UUID jobId,
    @Nullable UUID instanceId,
    @Nullable String instanceName,
    RunState state,
    @Nullable Instant startedAt,
    @Nullable Instant recoveredAt,
    @Json List<ProbeResult> results,
    @Nullable String console,
    @Nullable String error) {

  /** A disk of the point. */
  public record Disk(String name, long bytes, String root) {}

  /**
   * A nic of the new instance.
   *
   * @param from the network at the protected site
   * @param address that it shall have, or null for any
   */
  public record Nic(
      UUID from, String fromName, UUID network, String networkName, @Nullable String address) {}

  /** Null before it is recovered. */
  public @Nullable Long rtoMillis(Instant triggeredAt) {
    return recoveredAt == null ? null : Duration.between(triggeredAt, recoveredAt).toMillis();
  }

  /** Null while no point is known; 0 when it was taken behind the trigger, with the guest off. */
  public @Nullable Long rpoMillis(Instant triggeredAt) {
    return takenAt == null ? null : Math.max(0, Duration.between(takenAt, triggeredAt).toMillis());
  }
}
