package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.evidence.BundleCheck;
import io.holdfast.engine.evidence.SigningKey;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drill begins by itself, also after the engine was killed; passes; and what it says holds. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class DrillScheduleTest {
  private static final Duration BEGINS = Duration.ofSeconds(100);
  private static final Duration ENDS = Duration.ofMinutes(4);
  private static final List<String> DELIVERED =
      List.of("/bin/sh", "-c", "test -n \"$HOLDFAST_DELIVERY\"");
  private static final Pattern PICTURE = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"");

  @TempDir Path folder;
  private final Api api = new Api();

  @Test
  void aDrillFiresByItselfAndItsReportVerifies() throws IOException {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests);
        CalloutReceiver receiver = new CalloutReceiver()) {
      guest.idle();
      String plan = plan(guest.instance(), receiver.address());
      assertThat(readiness(plan)).isEqualTo("NEEDS_VERIFICATION");
      List<String> networks = Lab.networks();
      String schedule = schedule(plan);
      Lab.kill("engine");
      Lab.start("engine");
      String drill = begun(schedule);
      assertThat(api.post("/v1/drill-schedules/" + schedule + ":pause", Map.of()).status())
          .isEqualTo(200);
      assertToldOnceThoughTheEngineDied(receiver);
      approveInstance(drill);
      approve(drill);
      JsonNode ended = api.ends(drill, ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
      JsonNode run = api.get("/v1/runs/" + drill).body();
      assertThat(Api.text(run, "/verdict")).describedAs("%s", run).isEqualTo("PASSED");
      assertThat(Api.text(run, "/schedule/name")).isNotEmpty();
      assertThat(Lab.domains(Api.text(run, "/instances/0/instance"))).isEmpty();
      assertThat(Lab.networks()).isEqualTo(networks);
      guests.assertOneOf(guest.instance());
      assertThat(api.get("/v1/runs/" + drill + "/report").body().path("steps"))
          .extracting(step -> Api.text(step, "/name") + " " + Api.text(step, "/state"))
          .containsExactly(
              "tell SUCCEEDED",
              "may-web SUCCEEDED",
              "check SUCCEEDED",
              "say SUCCEEDED",
              "warm SUCCEEDED",
              "look SUCCEEDED");
      assertToldOfTheInstance(receiver, guest.instance());
      assertShowsTheScreen(drill);
      assertVerifies(drill);
      assertThat(readiness(plan)).isEqualTo("VERIFIED");
      assertVoided(plan, guest.shown());
      assertThat(api.remove("/v1/drill-schedules/" + schedule).status()).isEqualTo(204);
      assertThat(api.remove("/v1/recovery-plans/" + plan).status()).isEqualTo(204);
    }
  }

  /** The call is made again, and the receiver can see that it is the same. */
  private void assertToldOnceThoughTheEngineDied(CalloutReceiver receiver) {
    Awaitility.await("a callout").atMost(BEGINS).until(() -> receiver.calls().size(), is -> is > 0);
    Lab.kill("engine");
    Lab.start("engine");
    Awaitility.await("the callout again")
        .atMost(BEGINS)
        .until(() -> receiver.calls().size(), is -> is > 1);
    receiver.answer();
    assertThat(receiver.calls()).containsOnly(receiver.calls().get(0));
    assertThat(receiver.calls().get(0).signed()).isTrue();
    assertThat(receiver.calls().get(0).body()).contains("\"kind\":\"DRILL\"");
  }

  /** A call of its own, which names the instance that the plan is about. */
  private void assertToldOfTheInstance(CalloutReceiver receiver, String instance) {
    CalloutReceiver.Call last = receiver.calls().get(receiver.calls().size() - 1);
    assertThat(last.delivery()).isNotEqualTo(receiver.calls().get(0).delivery());
    assertThat(last.signed()).isTrue();
    String name = Api.text(api.get("/v1/instances/" + instance).body(), "/name");
    assertThat(last.body()).contains("\"instance\":\"" + name + "\"");
  }

  /** Nothing of it is made before somebody says yes to its own job. */
  private void approveInstance(String drill) {
    JsonNode run =
        Awaitility.await("the question of step may-web")
            .atMost(ENDS)
            .until(
                () -> api.get("/v1/runs/" + drill).body(),
                seen -> Api.text(seen, "/instances/0/jobState").equals("WAITING_FOR_APPROVAL"));
    assertThat(Api.text(run, "/state")).isEqualTo("BLOCKED");
    assertThat(Lab.domains(Api.text(run, "/instances/0/instance"))).isEmpty();
    String job = Api.text(run, "/instances/0/job");
    assertThat(api.post("/v1/jobs/" + job + ":approve", Map.of("reason", "go on")).status())
        .isEqualTo(202);
  }

  private void approve(String drill) {
    Awaitility.await("the question of step look")
        .atMost(ENDS)
        .until(
            () -> Api.text(api.get("/v1/jobs/" + drill).body(), "/state"),
            "WAITING_FOR_APPROVAL"::equals);
    assertThat(Api.text(api.get("/v1/runs/" + drill).body(), "/state")).isEqualTo("BLOCKED");
    assertThat(api.post("/v1/jobs/" + drill + ":approve", Map.of("reason", "seen")).status())
        .isEqualTo(202);
  }

  /** A step of each kind, around the tier and around its instance, all of them for drills alone. */
  private static Map<String, ?> tier(
      String instance, List<Map<String, ?>> probes, String receiver) {
    List<String> runs = List.of("DRILL");
    return Map.of(
        "name",
        "web",
        "instances",
        List.of(
            Map.of(
                "instance",
                instance,
                "probes",
                probes,
                "before",
                List.of(
                    Map.of("name", "may-web", "kind", "APPROVAL", "runs", runs, "message", "now?")),
                "after",
                List.of(
                    Map.of("name", "check", "kind", "COMMAND", "runs", runs, "command", DELIVERED),
                    Map.of("name", "say", "kind", "CALLOUT", "runs", runs, "url", receiver)))),
        "before",
        List.of(Map.of("name", "tell", "kind", "CALLOUT", "runs", runs, "url", receiver)),
        "after",
        List.of(
            Map.of(
                "name",
                "warm",
                "kind",
                "COMMAND",
                "runs",
                runs,
                "instance",
                instance,
                "command",
                DELIVERED),
            Map.of("name", "look", "kind", "APPROVAL", "runs", runs, "message", "seen it?")));
  }

  private String plan(String instance, String receiver) {
    List<Map<String, ?>> probes =
        List.of(Map.of("kind", "AGENT"), Map.of("kind", "HTTP", "port", 80, "status", 200));
    Map<String, ?> tier = tier(instance, probes, receiver);
    Map<String, ?> wanted =
        Map.of("name", Guests.name("plan"), "recoverySite", "beta", "tiers", List.of(tier));
    return made("/v1/recovery-plans", wanted);
  }

  private String schedule(String plan) {
    Map<String, ?> wanted =
        Map.of("name", Guests.name("nightly"), "plan", plan, "every", "PT1M", "deadline", "PT5M");
    return made("/v1/drill-schedules", wanted);
  }

  private String made(String path, Map<String, ?> wanted) {
    Api.Answer answer = api.post(path, wanted);
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(201);
    return Api.text(answer.body(), "/id");
  }

  private String begun(String schedule) {
    return Awaitility.await("a drill that begins by itself")
        .atMost(BEGINS)
        .until(
            () -> Api.text(api.get("/v1/drill-schedules/" + schedule).body(), "/lastDrill/run"),
            run -> !run.isEmpty() && !"null".equals(run));
  }

  private String readiness(String plan) {
    return Api.text(api.get("/v1/recovery-plans/" + plan).body(), "/readiness/state");
  }

  /** The page has what the bundle's manifest has the hash of, and something is to be seen there. */
  private void assertShowsTheScreen(String run) throws IOException {
    JsonNode screen =
        api.get("/v1/runs/" + run + "/report").body().at("/tiers/0/instances/0/screen");
    assertThat(screen.path("missing").isNull()).describedAs("%s", screen).isTrue();
    Matcher picture = PICTURE.matcher(api.text("/v1/runs/" + run + "/report.html"));
    assertThat(picture.find()).isTrue();
    byte[] png = Base64.getDecoder().decode(picture.group(1));
    assertThat(SigningKey.sha256(png)).isEqualTo(Api.text(screen, "/sha256"));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(
            IntStream.range(0, image.getWidth() * image.getHeight())
                .map(at -> image.getRGB(at % image.getWidth(), at / image.getWidth()))
                .distinct()
                .count())
        .isGreaterThan(1);
    System.out.printf(
        "screen of %d x %d pixels, %d bytes%n", image.getWidth(), image.getHeight(), png.length);
  }

  private void assertVerifies(String run) throws IOException {
    Path bundle = folder.resolve("report.tar.zst");
    api.download("/v1/runs/" + run + "/report.tar.zst", bundle);
    try (InputStream bytes = Files.newInputStream(bundle)) {
      BundleCheck.Finding found = BundleCheck.of(bytes, null);
      assertThat(found.wrong()).isEmpty();
      assertThat(found.verdict()).isEqualTo("PASSED");
    }
    System.out.printf(
        "drill %s fired by itself: RTO %s s, bundle of %d bytes holds%n",
        run, Api.text(api.get("/v1/runs/" + run).body(), "/rtoSeconds"), Files.size(bundle));
  }

  private void assertVoided(String plan, JsonNode group) {
    Api.Answer changed =
        api.patch("/v1/protection-groups/" + Api.text(group, "/id"), Map.of("rpo", "PT2H"));
    assertThat(changed.status()).describedAs("%s", changed.body()).isEqualTo(200);
    JsonNode shown = api.get("/v1/recovery-plans/" + plan).body();
    assertThat(Api.text(shown, "/readiness/state")).isEqualTo("NEEDS_VERIFICATION");
    assertThat(Api.text(shown, "/readiness/reasons/0")).contains("has changed: rpo millis");
  }
}
