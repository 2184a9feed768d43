package io.holdfast.engine.db;

import io.holdfast.workflows.model.Consistency;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A protection group: instances that are copied to another site in one moment.
 *
 * @param consistency of what its points show
 * @param nextRoundAt when its next round falls due
 * @param missedRounds that fell due while the last one still ran
 * @param lastNumber of its recovery points
 * @param rpoViolation as it was last told; null when the RPO was kept
 * @param revision grows with each change of its definition
 */
public record ProtectionGroupRow(
    UUID id,
    String project,
    String name,
    UUID targetSite,
    long rpoMillis,
    @Json Retention retention,
    Consistency consistency,
    ProtectionGroupState state,
    boolean paused,
    Instant nextRoundAt,
    long missedRounds,
    long lastNumber,
    @Nullable RpoViolation rpoViolation,
    long revision,
    Instant createdAt) {
  public Duration rpo() {
    return Duration.ofMillis(rpoMillis);
  }
}
