package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.JobVerb;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about a job.
 *
 * @param hold the question that it answers; null for a cancel and for limits, which answer none
 * @param patch of the job's target, an object with names resolved; or null
 * @param deliveredAt when the job's run got it; null is the outbox
 */
public record DecisionRow(
    UUID id,
    UUID jobId,
    @Nullable UUID hold,
    JobVerb verb,
    @Nullable String reason,
    @Json @Nullable JsonNode patch,
    String decidedBy,
    Instant decidedAt,
    @Nullable Instant deliveredAt) {
  public DecisionRow {
    patch = patch == null || patch.isNull() ? null : patch; // JDBI reads SQL's null as JSON's
  }
}
