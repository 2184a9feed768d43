package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A snapshot of an instance: a file for its disk, its note, and its memory if it has that. */
record KeptSnapshot(Api api, String id, boolean memory) {
  private static final String FOLDER = "/var/lib/holdfast";
  private static final int FILES = 2;

  static KeptSnapshot of(Api api, String instance, boolean memory) {
    Api.Accepted taken =
        api.accepted(api.post("/v1/instances/" + instance + ":snapshot", Map.of("memory", memory)));
    api.succeeds(taken.job());
    return new KeptSnapshot(api, taken.target(), memory);
  }

  /** Restores it in place; its guest starts again, or goes on from the memory. */
  void restore() {
    Map<String, ?> how = Map.of("restart", true);
    api.succeeds(api.accepted(api.post("/v1/snapshots/" + id + ":restore", how)).job());
  }

  /** Its row and its files are there, and nowhere else. */
  void assertOn(String host) {
    JsonNode shown = api.get("/v1/snapshots/" + id).body();
    assertThat(Api.text(shown, "/host")).isEqualTo(host);
    assertThat(Api.text(shown, "/state")).isEqualTo("AVAILABLE");
    assertThat(Lab.files(List.of(id), FOLDER))
        .hasSize(memory ? FILES + 1 : FILES)
        .allMatch(file -> file.startsWith(host + " "));
  }

  /** Nothing of it stays. */
  void remove() {
    api.succeeds(api.accepted(api.remove("/v1/snapshots/" + id)).job());
    assertThat(Lab.files(List.of(id), FOLDER)).isEmpty();
  }
}
