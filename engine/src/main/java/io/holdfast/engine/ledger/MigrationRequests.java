package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.workflows.model.MigrationLimits;
import io.holdfast.workflows.model.MigrationMode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The request of a migration: {@code {"host": id, "site": id, "mode": "AUTO", "graceSeconds": 60,
 * "bandwidthMiBps": 0, "maxDowntimeMs": 300, "postCopy": false}}; host and site may be missing.
 */
public final class MigrationRequests {
  private MigrationRequests() {}

  /** {@code host} and {@code site}: asked for, or null. */
  public static ObjectNode of(
      @Nullable UUID host,
      @Nullable UUID site,
      MigrationMode mode,
      MigrationLimits limits,
      int graceSeconds) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    if (host != null) {
      request.put("host", host.toString());
    }
    if (site != null) {
      request.put("site", site.toString());
    }
    return request
        .put("mode", mode.name())
        .put("graceSeconds", graceSeconds)
        .put("bandwidthMiBps", limits.bandwidthMiBps())
        .put("maxDowntimeMs", limits.maxDowntimeMillis())
        .put("postCopy", limits.postCopy());
  }

  /** A change of such a request: what is null is not in it. */
  public static ObjectNode limits(@Nullable Long bandwidthMiBps, @Nullable Integer maxDowntimeMs) {
    ObjectNode limits = JsonNodeFactory.instance.objectNode();
    if (bandwidthMiBps != null) {
      limits.put("bandwidthMiBps", bandwidthMiBps);
    }
    if (maxDowntimeMs != null) {
      limits.put("maxDowntimeMs", maxDowntimeMs);
    }
    return limits;
  }

  public static @Nullable UUID host(JsonNode request) {
    return id(request, "host");
  }

  public static @Nullable UUID site(JsonNode request) {
    return id(request, "site");
  }

  static MigrationMode mode(JsonNode request) {
    return MigrationMode.valueOf(request.path("mode").asText());
  }

  static MigrationLimits limits(JsonNode request) {
    return new MigrationLimits(
        request.path("bandwidthMiBps").asLong(),
        request.path("maxDowntimeMs").asInt(),
        request.path("postCopy").asBoolean());
  }

  static int graceSeconds(JsonNode request) {
    return request.path("graceSeconds").asInt();
  }

  private static @Nullable UUID id(JsonNode request, String field) {
    JsonNode id = request.path(field);
    return id.isTextual() ? UUID.fromString(id.asText()) : null;
  }
}
