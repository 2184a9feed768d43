package io.holdfast.engine.db;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;

/**
 * A recovery plan.
 *
 * @param siteId the recovery site
 * @param version grows by one with each change
 */
public record RecoveryPlanRow(
    UUID id,
    String project,
    String name,
    UUID siteId,
    long version,
    @Json PlanDefinition definition,
    Instant createdAt,
    Instant changedAt) {}
