package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recovery points of real guests at another site. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class ReplicationTest {
  private static final String POOLS = "/var/lib/holdfast/pools/*/";
  private static final String SOURCE = "alpha1";
  private static final String TARGET = "beta1";
  private static final Duration ROUND_ENDS = Duration.ofMinutes(2);
  private static final int LATEST_KILL_MILLIS = 2_000;

  private final Api api = new Api();

  @Test
  void aPointIsTheDiskOfItsMoment() {
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests);
      String group = group(instance);
      JsonNode first = points(group, 1).get(0);
      assertChanges(first, "FULL");
      api.succeeds(replicate(group));
      JsonNode second = newest(group);
      assertChanges(second, "BITMAP");
      assertThat(wire(second)).isPositive().isLessThan(wire(first));

      power(instance, "stop");
      api.succeeds(replicate(group));
      JsonNode third = newest(group);
      List<String> disks = new ArrayList<>();
      for (JsonNode disk : third.path("disks")) {
        String name = Api.text(disk, "/disk");
        String replica = "replica-" + instance + "-" + name + "-" + Api.text(third, "/id");
        assertThat(content(TARGET, replica)).isEqualTo(content(SOURCE, instance + "-" + name));
        disks.add(name);
      }
      assertThat(disks).contains("root");
      JsonNode shown = api.get("/v1/protection-groups/" + group).body();
      assertThat(Api.text(shown, "/restorablePoint")).isEqualTo(Api.text(third, "/id"));
      assertThat(Api.text(shown, "/replication")).isEqualTo("IDLE");
      assertVerified(group);
      purge(group, instance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker-alpha1", "worker-beta1", "engine", "temporal", "libvirtd-alpha1"})
  void aRoundOutlivesWhoeverDies(String target) throws InterruptedException {
    Random random = new Random(Seed.VALUE ^ target.hashCode());
    try (Guests guests = new Guests(api)) {
      String instance = guest(guests);
      String group = group(instance);
      kill(target, random.nextInt(LATEST_KILL_MILLIS));
      points(group, 1);
      String round = replicate(group);
      kill(target, random.nextInt(LATEST_KILL_MILLIS));
      JsonNode ended = api.ends(round, ROUND_ENDS);
      System.out.printf(
          "round with a kill of %-15s %s, %d points (seed %d)%n",
          target, Api.text(ended, "/state"), newestNumber(group), Seed.VALUE);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
      assertVerified(group);
      purge(group, instance);
    }
  }

  private String guest(Guests guests) {
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("protected"), SOURCE, Map.of()));
    api.succeeds(made.job());
    return made.target();
  }

  /** Its first round begins by itself; the next would in an hour. */
  private String group(String instance) {
    Map<String, ?> wanted =
        Map.of(
            "name", Guests.name("group"),
            "instances", List.of(instance),
            "targetSite", "beta",
            "rpo", "PT1H",
            "retention", Map.of("keepLast", 5));
    Api.Answer made = api.post("/v1/protection-groups", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    return Api.text(made.body(), "/id");
  }

  private String replicate(String group) {
    return api.accepted(api.post("/v1/protection-groups/" + group + ":replicate", Map.of())).job();
  }

  private static void kill(String target, int moment) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(moment).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    Lab.kill(target);
    Lab.start(target);
  }

  /** The newest first. */
  private List<JsonNode> points(String group, int atLeast) {
    Awaitility.await(atLeast + " available points")
        .atMost(ROUND_ENDS)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(java.io.UncheckedIOException.class)
        .untilAsserted(
            () ->
                assertThat(available(group))
                    .describedAs("%s", api.get("/v1/jobs?target=" + group).body())
                    .hasSizeGreaterThanOrEqualTo(atLeast));
    return available(group);
  }

  private List<JsonNode> available(String group) {
    List<JsonNode> found = new ArrayList<>();
    String path = "/v1/protection-groups/" + group + "/recovery-points";
    for (JsonNode point : api.get(path).body().path("items")) {
      if (Api.text(point, "/state").equals("AVAILABLE")) {
        found.add(point);
      }
    }
    found.sort((a, b) -> Long.compare(b.path("number").asLong(), a.path("number").asLong()));
    return found;
  }

  private JsonNode newest(String group) {
    return points(group, 1).get(0);
  }

  private long newestNumber(String group) {
    return newest(group).path("number").asLong();
  }

  private static void assertChanges(JsonNode point, String expected) {
    assertThat(point.path("disks")).isNotEmpty();
    for (JsonNode disk : point.path("disks")) {
      assertThat(Api.text(disk, "/changes")).describedAs("%s", disk).isEqualTo(expected);
    }
  }

  private static long wire(JsonNode point) {
    return point.at("/bytes/wire").asLong();
  }

  /** SHA-256 of the disk in the file of that name. */
  private static String content(String host, String name) {
    String script =
        """
        raw=$(mktemp) && trap 'rm -f "$raw"' EXIT
        qemu-img convert -O raw %s%s.qcow2 "$raw" && sha256sum "$raw" | cut -c -64
        """
            .formatted(POOLS, name);
    return Lab.on(Lab.host(host), "sh", "-ec", script).get(0);
  }

  private void assertVerified(String group) {
    for (JsonNode point : available(group)) {
      String path = "/v1/recovery-points/" + Api.text(point, "/id");
      api.succeeds(api.accepted(api.post(path + ":verify", Map.of())).job());
      assertThat(api.get(path).body().path("verifiedAt").isTextual()).isTrue();
    }
  }

  private void power(String instance, String action) {
    String path = "/v1/instances/" + instance + ":" + action;
    api.succeeds(api.accepted(api.post(path, Map.of())).job());
  }

  private void purge(String group, String instance) {
    String path = "/v1/protection-groups/" + group;
    api.succeeds(api.accepted(api.remove(path + "?purge=true")).job());
    assertThat(api.get(path).status()).isEqualTo(404);
    assertThat(Lab.files(List.of("replica-" + instance), "/var/lib/holdfast")).isEmpty();
  }
}
