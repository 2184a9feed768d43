package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;

/** The JSON of {@code job.request} of jobs on protection groups. */
final class ProtectionRequests {
  private ProtectionRequests() {}

  /** Of a delete: {@code {"purge": true}}; the points go, too. */
  static boolean purge(JsonNode request) {
    return request.path("purge").asBoolean(false);
  }
}
