package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code job.request} of jobs on volumes. */
final class VolumeRequests {
  private VolumeRequests() {}

  /** Of an attach or a detach; null in any other. */
  static @Nullable UUID instance(JsonNode request) {
    JsonNode id = request.path("instance");
    return id.isTextual() ? UUID.fromString(id.asText()) : null;
  }

  /** Of a resize; {@code otherwise} in any other. */
  static long sizeBytes(JsonNode request, long otherwise) {
    return request.path("sizeBytes").asLong(otherwise);
  }
}
