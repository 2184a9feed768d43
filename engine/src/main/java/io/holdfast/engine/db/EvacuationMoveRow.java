package io.holdfast.engine.db;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * An instance of an evacuation.
 *
 * @param jobId of the evacuation
 * @param position in the order in which moves begin, from 0
 * @param running when it was planned
 * @param targetHost null when no host will do
 * @param why what set the target apart
 * @param refusals the hosts that will not do
 * @param obstacles what of it cannot leave its host
 * @param moveJob of its last attempt, or null
 */
public record EvacuationMoveRow(
    UUID jobId,
    UUID instanceId,
    String instanceName,
    int position,
    int priority,
    boolean running,
    UUID sourceHost,
    @Nullable UUID targetHost,
    @Nullable String targetName,
    @Nullable String targetPool,
    @Nullable String why,
    int vcpus,
    long memoryMiB,
    long diskBytes,
    @Json List<Refused> refusals,
    @Json List<String> obstacles,
    MovePhase state,
    @Nullable UUID moveJob,
    @Nullable String error,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt) {
  /** A host that will not do; numbers are null when the code is no matter of numbers. */
  public record Refused(
      String host,
      String code,
      @Nullable Long needed,
      @Nullable Long free,
      @Nullable String unit,
      @Nullable String instance,
      String words) {}
}
