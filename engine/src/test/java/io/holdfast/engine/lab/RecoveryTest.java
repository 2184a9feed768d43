package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A plan is drilled beside what it protects, and fails over when that site has no power. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class RecoveryTest {
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final String THERE = ProtectedGuest.TARGET;
  private static final Duration ENDS = Duration.ofMinutes(3);
  private static final int LATEST_KILL_MILLIS = 6_000;

  private final Api api = new Api();

  @Test
  void aDrillLeavesNothingAndAFailoverTakesOver() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      String plan = plan(guest.instance());
      assertDrilled(guests, plan, guest.instance());
      Lab.powerOff(Lab.host(HERE));
      try {
        assertTakenOver(guests, plan, guest.instance());
      } finally {
        Lab.powerOn(Lab.host(HERE));
      }
      assertThat(api.remove("/v1/recovery-plans/" + plan).status()).isEqualTo(204);
    }
  }

  private String plan(String instance) {
    List<Map<String, ?>> probes =
        List.of(Map.of("kind", "AGENT"), Map.of("kind", "HTTP", "port", 80, "status", 200));
    Map<String, ?> tier =
        Map.of("name", "web", "instances", List.of(Map.of("instance", instance, "probes", probes)));
    Map<String, ?> wanted =
        Map.of("name", Guests.name("plan"), "recoverySite", "beta", "tiers", List.of(tier));
    Api.Answer made = api.post("/v1/recovery-plans", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    return Api.text(made.body(), "/id");
  }

  /** The worker of the recovery site dies in the middle of it. */
  private void assertDrilled(Guests guests, String plan, String source) {
    List<String> networks = Lab.networks();
    JsonNode valid = api.post("/v1/recovery-plans/" + plan + ":validate", Map.of()).body();
    assertThat(valid.path("ok").asBoolean()).describedAs("%s", valid).isTrue();
    String drill = api.accepted(api.post("/v1/recovery-plans/" + plan + ":drill", Map.of())).job();
    int moment = new Random(Seed.VALUE).nextInt(LATEST_KILL_MILLIS);
    long until = System.nanoTime() + Duration.ofMillis(moment).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    Lab.kill("worker-" + THERE);
    Lab.start("worker-" + THERE);
    ends(drill);
    JsonNode run = api.get("/v1/runs/" + drill).body();
    System.out.printf(
        "drill, worker killed at %d ms: %s, RTO %s s (seed %d)%n",
        moment, Api.text(run, "/verdict"), Api.text(run, "/rtoSeconds"), Seed.VALUE);
    assertThat(Api.text(run, "/state")).describedAs("%s", run).isEqualTo("COMPLETED");
    assertThat(Api.text(run, "/verdict")).isEqualTo("PASSED");
    assertThat(run.path("removedAt").isTextual()).isTrue();
    assertThat(run.at("/instances/0/probes")).hasSize(2);
    String rehearsed = Api.text(run, "/instances/0/instance");
    assertThat(rehearsed).isNotEqualTo(source);
    assertThat(Lab.domains(rehearsed)).isEmpty();
    assertThat(Lab.volumes(List.of(rehearsed))).isEmpty();
    assertThat(Lab.networks()).isEqualTo(networks);
    guests.assertOneOf(source);
  }

  /** Nothing proves that the source is off until a person gives their word. */
  private void assertTakenOver(Guests guests, String plan, String source) {
    String run = api.accepted(api.post("/v1/recovery-plans/" + plan + ":failover", Map.of())).job();
    Awaitility.await("the question for a proof")
        .atMost(ENDS)
        .until(() -> Api.text(api.get("/v1/jobs/" + run).body(), "/state"), "BLOCKED"::equals);
    assertThat(api.get("/v1/jobs/" + run).body().path("steps").findValuesAsText("code"))
        .contains("fencing-proof-missing");
    Map<String, ?> word = Map.of("proof", "OPERATOR", "reason", "its power was cut");
    assertThat(api.post("/v1/runs/" + run + ":fence", Map.of("fencing", word)).status())
        .isEqualTo(200);
    assertThat(api.post("/v1/jobs/" + run + ":resume", Map.of("reason", "proven")).status())
        .isEqualTo(202);
    ends(run);
    JsonNode shown = api.get("/v1/runs/" + run).body();
    assertThat(Api.text(shown, "/state")).describedAs("%s", shown).isEqualTo("COMPLETED");
    String owner = Api.text(shown, "/instances/0/instance");
    guests.adopt(owner);
    assertThat(Api.text(guests.assertOneOf(owner), "/host")).isEqualTo(THERE);
    Journal.of(THERE, owner);
    JsonNode was = api.get("/v1/instances/" + source).body();
    assertThat(Api.text(was, "/state")).isEqualTo("RECOVERED");
    assertThat(Api.text(was, "/recoveredAs")).isEqualTo(owner);
    Api.Answer start = api.post("/v1/instances/" + source + ":start", Map.of());
    assertThat(start.status()).isEqualTo(409);
    assertThat(Api.text(start.body(), "/code")).isEqualTo("instance-recovered-elsewhere");
  }

  private void ends(String job) {
    JsonNode ended = api.ends(job, ENDS);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
  }
}
