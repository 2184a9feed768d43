package io.holdfast.engine.db;

import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A run of a recovery plan.
 *
 * @param id also that of its job, which says how far it is
 * @param definition of the plan's version that it is pinned to
 * @param pinnedAt when points, hosts and networks were settled; null before that
 * @param verdict PASSED, FAILED or null
 * @param cleanupJob that removed what a test made, or null
 * @param removedAt when hosts and ledger were read back as clean of a test, or null
 * @param pausedAt since when somebody holds it up, or null
 * @param pausedBy who does, or null
 * @param pauseReason in their words, or null
 */
public record PlanRunRow(
    UUID id,
    UUID planId,
    String planName,
    long planVersion,
    @Json PlanDefinition definition,
    UUID siteId,
    RunKind kind,
    @Nullable String reason,
    Instant triggeredAt,
    @Nullable Instant pinnedAt,
    @Nullable Instant endedAt,
    @Nullable RunVerdict verdict,
    @Nullable Long rtoMillis,
    @Nullable Long rpoMillis,
    @Nullable UUID cleanupJob,
    @Nullable Instant removedAt,
    @Nullable Instant pausedAt,
    @Nullable String pausedBy,
    @Nullable String pauseReason) {
  /** One that begins. */
  public static PlanRunRow of(
      UUID id, RecoveryPlanRow plan, RunKind kind, @Nullable String reason, Instant now) {
    return new PlanRunRow(
        id,
        plan.id(),
        plan.name(),
        plan.version(),
        plan.definition(),
        plan.siteId(),
        kind,
        reason,
        now,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
