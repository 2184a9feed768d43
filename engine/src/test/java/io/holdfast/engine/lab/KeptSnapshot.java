package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A snapshot of an instance: a file for its disk, its note, and its memory if it has that. */
record KeptSnapshot(Api api, String id) {
  private static final String FOLDER = "/var/lib/holdfast";
  private static final int FILES = 2;

  private String path() {
    return "/v1/snapshots/" + id;
  }

  JsonNode shown() {
    return api.get(path()).body();
  }

  boolean isThere() {
    return api.get(path()).status() != 404;
  }

  /** Restores it in place; nothing of what it replaced stays. */
  void restore(Map<String, ?> how) {
    api.succeeds(api.accepted(api.post(path() + ":restore", how)).job());
    assertThat(Lab.files(List.of("replaced", "restoring"), FOLDER)).isEmpty();
  }

  /** Its row and its files are there, and nowhere else. */
  void assertOn(String host) {
    JsonNode shown = shown();
    assertThat(Api.text(shown, "/host")).isEqualTo(host);
    assertThat(Api.text(shown, "/state")).isEqualTo("AVAILABLE");
    assertThat(Lab.files(List.of(id), FOLDER))
        .hasSize(shown.path("memory").asBoolean() ? FILES + 1 : FILES)
        .allMatch(file -> file.startsWith(host + " "));
  }

  /** Nothing of it stays. */
  void remove() {
    api.succeeds(api.accepted(api.remove(path())).job());
    assertThat(isThere()).isFalse();
    assertThat(Lab.files(List.of(id), FOLDER)).isEmpty();
  }
}
