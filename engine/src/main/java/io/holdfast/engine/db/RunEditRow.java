package io.holdfast.engine.db;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.json.Json;
import org.jspecify.annotations.Nullable;

/** What somebody changed of a run that had not begun as yet, as a diff. */
public record RunEditRow(
    UUID id,
    UUID runId,
    Instant editedAt,
    String editedBy,
    @Nullable String reason,
    @Json List<Change> changes) {

  /**
   * A value that was replaced.
   *
   * @param instance name of the protected instance
   * @param field point, probes or state
   */
  public record Change(String instance, String field, JsonNode from, JsonNode to) {}
}
