package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A plan that recovers one guest at beta, and its runs. */
final class RecoveryPlans {
  static final Duration ENDS = Duration.ofMinutes(3);

  private final Api api;
  private final String plan;

  RecoveryPlans(Api api, String instance) {
    this.api = api;
    List<Map<String, ?>> probes =
        List.of(Map.of("kind", "AGENT"), Map.of("kind", "HTTP", "port", 80, "status", 200));
    Map<String, ?> tier =
        Map.of("name", "web", "instances", List.of(Map.of("instance", instance, "probes", probes)));
    Map<String, ?> wanted =
        Map.of("name", Guests.name("plan"), "recoverySite", "beta", "tiers", List.of(tier));
    Api.Answer made = api.post("/v1/recovery-plans", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    plan = Api.text(made.body(), "/id");
  }

  /** A verb of the plan's API; the answer. */
  Api.Answer post(String verb, Map<String, ?> body) {
    return api.post("/v1/recovery-plans/" + plan + ":" + verb, body);
  }

  /** Begins a run; its job. */
  String begin(String verb, Map<String, ?> body) {
    return api.accepted(post(verb, body)).job();
  }

  /** The run, once it has come to its end as it should. */
  JsonNode completed(String run) {
    JsonNode ended = api.ends(run, ENDS);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    JsonNode shown = api.get("/v1/runs/" + run).body();
    assertThat(Api.text(shown, "/state")).describedAs("%s", shown).isEqualTo("COMPLETED");
    return shown;
  }

  /**
   * As {@link #completed}, with a person who has the run go on when it asks: it does when the host
   * that it wants a proof of was away at that moment.
   */
  JsonNode completedWithResumes(String run) {
    Awaitility.await("the end of run " + run)
        .atMost(ENDS)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> {
              String state = Api.text(api.get("/v1/jobs/" + run).body(), "/state");
              if (state.equals("BLOCKED")) {
                api.post("/v1/jobs/" + run + ":resume", Map.of("reason", "all are back"));
              }
              return state;
            },
            List.of("SUCCEEDED", "FAILED", "CANCELLED")::contains);
    return completed(run);
  }

  void remove() {
    assertThat(api.remove("/v1/recovery-plans/" + plan).status()).isEqualTo(204);
  }
}
