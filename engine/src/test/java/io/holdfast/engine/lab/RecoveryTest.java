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
  private static final Duration ENDS = RecoveryPlans.ENDS;
  private static final Duration TOLD = Duration.ofMinutes(2);
  private static final int LATEST_KILL_MILLIS = 6_000;

  private final Api api = new Api();

  @Tag("long")
  @Test
  void aDrillLeavesNothingAndAFailoverTakesOver() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      assertDrilled(guests, plan, guest.instance());
      Lab.powerOff(Lab.host(HERE));
      try {
        assertTakenOver(guests, plan, guest.instance());
        Lab.stop("engine");
      } finally {
        Lab.powerOn(Lab.host(HERE));
      }
      assertStaysOff(guest.instance());
      plan.remove();
    }
  }

  /** The worker of the recovery site dies in the middle of it. */
  private void assertDrilled(Guests guests, RecoveryPlans plan, String source) {
    List<String> networks = Lab.networks();
    JsonNode valid = plan.post("validate", Map.of()).body();
    assertThat(valid.path("ok").asBoolean()).describedAs("%s", valid).isTrue();
    String drill = plan.begin("drill", Map.of());
    int moment = new Random(Seed.VALUE).nextInt(LATEST_KILL_MILLIS);
    long until = System.nanoTime() + Duration.ofMillis(moment).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    Lab.kill("worker-" + THERE);
    Lab.start("worker-" + THERE);
    JsonNode run = plan.completed(drill);
    System.out.printf(
        "drill, worker killed at %d ms: %s, RTO %s s (seed %d)%n",
        moment, Api.text(run, "/verdict"), Api.text(run, "/rtoSeconds"), Seed.VALUE);
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
  private void assertTakenOver(Guests guests, RecoveryPlans plan, String source) {
    String run = plan.begin("failover", Map.of());
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
    JsonNode shown = plan.completed(run);
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

  /**
   * The host has booted while no engine answers; then one does. Nothing there is started, by
   * anybody, and nothing there is destroyed.
   */
  private void assertStaysOff(String source) {
    Lab.Host here = Lab.host(HERE);
    try {
      assertThat(Lab.refused(here, "virsh", "start", domain(here, source)))
          .contains("holdfast: the engine has not said since this boot");
    } finally {
      Lab.start("engine");
    }
    JsonNode was =
        Awaitility.await("the host is told")
            .atMost(TOLD)
            .pollInterval(Duration.ofMillis(500))
            .until(
                () -> api.get("/v1/instances/" + source).body(),
                seen -> "FENCED".equals(Api.text(seen, "/fencing/state")));
    assertThat(Lab.refused(here, "virsh", "start", domain(here, source)))
        .contains("was recovered elsewhere (epoch");
    assertThat(Api.text(was, "/state")).describedAs("%s", was).isEqualTo("RECOVERED");
    assertThat(Api.text(was, "/fencing/powerState")).isEqualTo("SHUTOFF");
    assertThat(Lab.volumes(List.of(source))).anyMatch(file -> file.startsWith(HERE + " "));
  }

  /** Its name. */
  private static String domain(Lab.Host host, String uuid) {
    return Lab.on(host, "virsh", "-q", "domname", uuid).get(0);
  }
}
