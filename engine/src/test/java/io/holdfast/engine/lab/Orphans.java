package io.holdfast.engine.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What the engine finds on a host that the ledger does not know. */
final class Orphans {
  private Orphans() {}

  /** After a fresh census. */
  static List<JsonNode> on(Api api, String host) {
    api.succeeds(api.accepted(api.post("/v1/hosts/" + host + ":scan", Map.of())).job());
    JsonNode items = api.get("/v1/orphans").body().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(orphan -> Api.text(orphan, "/host").equals(host))
        .toList();
  }
}
