package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recovery points become instances at the other site, whatever became of their source. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class RestoreTest {
  private static final String MARK = "/data/mark";
  private static final Duration RECOVERS = Duration.ofMinutes(3);
  private static final int[] LATEST_KILL_MILLIS = {300, 1_000, 4_000};

  private final Api api = new Api();

  @Test
  void aPointIsAnInstanceBesideItsSourceAndWithoutIt() {
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      String source = guest.instance();
      String point = pointOf(guest, "before");
      write(ProtectedGuest.SOURCE, source, "after");

      String first = restored(guests, point, Map.of());
      assertThat(mark(ProtectedGuest.TARGET, first)).isEqualTo("before");
      assertThat(mark(ProtectedGuest.SOURCE, source)).isEqualTo("after");
      JsonNode was = api.get("/v1/instances/" + source).body();
      assertThat(Api.text(was, "/state")).isEqualTo("ACTIVE");
      JsonNode is = guests.assertOneOf(first);
      assertThat(Api.text(is, "/nics/0/ip")).isNotEqualTo(Api.text(was, "/nics/0/ip"));
      assertThat(Api.text(is, "/nics/0/mac")).isNotEqualTo(Api.text(was, "/nics/0/mac"));
      assertThat(Lab.inGuest(Lab.host(ProtectedGuest.TARGET), first, "/bin/hostname"))
          .isEqualTo(Api.text(is, "/name"));

      assertRefused(point, Map.of("instance", "nobody"), 422, "unknown-reference", "instance");
      assertNoRoom(guests, point);

      String home = restored(guests, point, Map.of("site", "alpha"), ProtectedGuest.SOURCE);
      assertThat(mark(ProtectedGuest.SOURCE, home)).isEqualTo("before");
      assertNothingBrought(home);

      api.delete(List.of(source));
      String second = restored(guests, point, Map.of("instance", source));
      assertThat(mark(ProtectedGuest.TARGET, second)).isEqualTo("before");

      spoil(point, source);
      api.succeeds(
          api.accepted(api.post("/v1/recovery-points/" + point + ":verify", Map.of())).job());
      assertRefused(point, Map.of(), 409, "recovery-point-not-available", "");
    }
  }

  /** The replicas cross from the one host to the other meanwhile. */
  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {ProtectedGuest.SOURCE, ProtectedGuest.TARGET})
  void aRestoreElsewhereOutlivesEitherWorker(String killed) {
    Random random = new Random(Seed.VALUE);
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      String point = pointOf(guest, "kept");
      for (int latest : LATEST_KILL_MILLIS) {
        Api.Accepted restore = guests.restore(point, named(Map.of("host", ProtectedGuest.SOURCE)));
        kill("worker-" + killed, random.nextInt(latest));
        api.succeeds(restore.job());
        guests.assertOneOf(restore.target());
        assertThat(mark(ProtectedGuest.SOURCE, restore.target())).isEqualTo("kept");
        assertNothingBrought(restore.target());
        api.delete(List.of(restore.target()));
      }
    }
  }

  @Tag("long")
  @Test
  void aRestoreOutlivesItsHostsWorker() {
    Random random = new Random(Seed.VALUE);
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      String point = pointOf(guest, "kept");
      for (int latest : LATEST_KILL_MILLIS) {
        Api.Accepted restore = guests.restore(point, named(Map.of()));
        kill("worker-" + ProtectedGuest.TARGET, random.nextInt(latest));
        JsonNode ended = api.ends(restore.job(), RECOVERS);
        System.out.printf(
            "restore with a kill %s (seed %d)%n", Api.text(ended, "/state"), Seed.VALUE);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
        guests.assertOneOf(restore.target());
        assertThat(mark(ProtectedGuest.TARGET, restore.target())).isEqualTo("kept");
        api.delete(List.of(restore.target()));
      }
      guest.assertVerified();
    }
  }

  /** The point of a round that began after the guest had written the mark. */
  private String pointOf(ProtectedGuest guest, String mark) {
    guest.idle();
    write(ProtectedGuest.SOURCE, guest.instance(), mark);
    api.succeeds(guest.replicate());
    return Api.text(guest.idle(), "/id");
  }

  private String restored(Guests guests, String point, Map<String, ?> more) {
    return restored(guests, point, more, ProtectedGuest.TARGET);
  }

  private String restored(Guests guests, String point, Map<String, ?> more, String host) {
    Api.Accepted made = guests.restore(point, named(more));
    JsonNode job = api.succeeds(made.job());
    assertThat(Api.text(job, "/result/guest/by")).isEqualTo("AGENT");
    JsonNode shown = guests.assertOneOf(made.target());
    assertThat(Api.text(shown, "/host")).isEqualTo(host);
    assertThat(Api.text(shown, "/restoredFrom")).isEqualTo(point);
    return made.target();
  }

  private void assertRefused(
      String point, Map<String, ?> more, int status, String code, String field) {
    Api.Answer answer = api.post("/v1/recovery-points/" + point + ":restore", named(more));
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(status);
    assertThat(Api.text(answer.body(), "/code")).isEqualTo(code);
    assertThat(answer.body().path("field").asText("").replace("null", "")).isEqualTo(field);
  }

  private void assertNoRoom(Guests guests, String point) {
    Api.Accepted large = guests.restore(point, named(Map.of("memoryMiB", 1_000_000)));
    JsonNode ended = api.ends(large.job(), RECOVERS);
    assertThat(Api.text(ended, "/state")).isEqualTo("FAILED");
    assertThat(ended.at("/undone").asBoolean()).isTrue();
    assertThat(ended.path("error").toString())
        .contains("no-capacity", ProtectedGuest.TARGET, "1000000");
    assertThat(api.get("/v1/instances/" + large.target()).status()).isEqualTo(404);
  }

  private static Map<String, Object> named(Map<String, ?> more) {
    Map<String, Object> wanted = new HashMap<>(more);
    wanted.put("name", Guests.name("restored"));
    return wanted;
  }

  /** Of what the instance was made of, beside its disks. */
  private static void assertNothingBrought(String instance) {
    String script = "find /var/lib/holdfast/pools -name '*replica-%s*'".formatted(instance);
    assertThat(Lab.on(Lab.host(ProtectedGuest.SOURCE), "sh", "-ec", script)).isEmpty();
  }

  /** Changes what a guest of the replica would read. */
  private static void spoil(String point, String source) {
    String script =
        "qemu-io -f qcow2 -c 'write -P 0xa5 1M 64k' /var/lib/holdfast/pools/*/replica-%s-root-%s.qcow2"
            .formatted(source, point);
    Lab.on(Lab.host(ProtectedGuest.TARGET), "sh", "-ec", script);
  }

  private static void kill(String process, int millis) {
    long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= until);
    Lab.kill(process);
    Lab.start(process);
  }

  private static void write(String host, String instance, String mark) {
    String script = "echo " + mark + " >" + MARK + " && sync && cat " + MARK;
    Awaitility.await("the guest to write")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(() -> Lab.inGuest(Lab.host(host), instance, "/bin/sh", "-c", script), mark::equals);
  }

  /** What the guest reads once it is up. */
  private static String mark(String host, String instance) {
    return Awaitility.await("the guest to read")
        .atMost(Lab.BOOTS)
        .ignoreExceptions()
        .until(
            () -> Lab.inGuest(Lab.host(host), instance, "/bin/cat", MARK), said -> !said.isEmpty());
  }
}
