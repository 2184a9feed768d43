package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A plan that recovers one guest at beta, and its runs. */
@SuppressWarnings("SystemOut") // what a run asked is what a person wants when it fails
final class RecoveryPlans {
  static final Duration ENDS = Duration.ofMinutes(3);
  static final String TIER = "web";

  private static final List<Map<String, ?>> PROBES =
      List.of(Map.of("kind", "AGENT"), Map.of("kind", "HTTP", "port", 80, "status", 200));

  private final Api api;
  private final String plan;

  RecoveryPlans(Api api, String instance) {
    this(api, instance, Map.of(), List.of());
  }

  /** {@code more}: what else the plan says of the instance. */
  RecoveryPlans(Api api, String instance, Map<String, ?> more, List<Map<String, ?>> networks) {
    this.api = api;
    Map<String, Object> member = new HashMap<>(more);
    member.put("instance", instance);
    member.put("probes", PROBES);
    Map<String, ?> tier = Map.of("name", TIER, "instances", List.of(member));
    Map<String, ?> wanted =
        Map.of(
            "name",
            Guests.name("plan"),
            "recoverySite",
            "beta",
            "tiers",
            List.of(tier),
            "networks",
            networks);
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

  /** A schedule of drills, the next of which is due in the minute of this moment, in UTC. */
  String drillAt(ZonedDateTime moment) {
    String cron =
        "%d %d %d %d *"
            .formatted(
                moment.getMinute(),
                moment.getHour(),
                moment.getDayOfMonth(),
                moment.getMonthValue());
    Map<String, ?> wanted =
        Map.of("name", Guests.name("yearly"), "plan", plan, "cron", cron, "deadline", "PT10M");
    Api.Answer made = api.post("/v1/drill-schedules", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    return Api.text(made.body(), "/id");
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
    endsWithResumes(run);
    return completed(run);
  }

  /** The end of a job of the plan; a person has it go on when it asks. */
  JsonNode endsWithResumes(String job) {
    return Awaitility.await("the end of " + job)
        .atMost(ENDS)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> goingOn(job), seen -> seen.map(Api::hasEnded).orElse(false))
        .orElseThrow();
  }

  /** The job as it is seen; empty while nobody answers. One that asks is told to go on. */
  Optional<JsonNode> goingOn(String job) {
    Optional<JsonNode> seen = api.job(job);
    seen.filter(each -> Api.text(each, "/state").equals("BLOCKED")).ifPresent(this::resume);
    return seen;
  }

  private void resume(JsonNode job) {
    System.out.printf("blocked: %s%n", job.path("steps").findValuesAsText("code"));
    try {
      String resume = "/v1/jobs/" + Api.text(job, "/id") + ":resume";
      api.post(resume, Map.of("reason", "all are back"));
    } catch (UncheckedIOException away) {
      System.out.printf("the engine is away: %s%n", away.getMessage()); // and is asked again
    }
  }

  void remove() {
    assertThat(api.remove("/v1/recovery-plans/" + plan).status()).isEqualTo(204);
  }
}
