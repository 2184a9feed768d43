package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What the engine finds on a host that the ledger does not know. */
final class Orphans {
  private Orphans() {}

  /** Removes what undone moves of an instance have copied to a host; returns how many disks. */
  static int removeKept(Api api, String host, String instance) {
    List<JsonNode> kept = of(api, host, instance);
    for (JsonNode each : kept) {
      assertThat(Api.text(each, "/why")).contains("a move that was undone has copied it");
    }
    remove(api, kept);
    return kept.size();
  }

  /** Removes whatever is on a host of an instance that is not its own. */
  static void remove(Api api, String host, String instance) {
    remove(api, of(api, host, instance));
  }

  private static void remove(Api api, List<JsonNode> orphans) {
    for (JsonNode each : orphans) {
      String delete = "/v1/orphans/" + Api.text(each, "/id") + ":delete";
      api.succeeds(api.accepted(api.post(delete, Map.of("reason", "not wanted"))).job());
    }
  }

  private static List<JsonNode> of(Api api, String host, String instance) {
    return on(api, host).stream()
        .filter(orphan -> Api.text(orphan, "/name").contains(instance))
        .toList();
  }

  /** After a fresh census. */
  static List<JsonNode> on(Api api, String host) {
    api.succeeds(api.accepted(api.post("/v1/hosts/" + host + ":scan", Map.of())).job());
    JsonNode items = api.get("/v1/orphans").body().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(orphan -> Api.text(orphan, "/host").equals(host))
        .toList();
  }
}
