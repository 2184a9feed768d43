package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A volume from its create to its delete, as its guest, its host and its owner see it. */
@Tag("lab")
class VolumeLifeTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long GIB = 1L << 30;
  private static final String WORDS = "written before it was detached";

  private final Api api = new Api();

  @Test
  void aVolumeOutlivesTheInstanceThatHasIt() {
    Lab.Host host = Lab.host("alpha1");
    try (Guests guests = new Guests(api)) {
      Api.Accepted made =
          guests.create(Guests.wanted(Guests.name("volumes"), host.name(), Map.of()));
      String elsewhere = create(Map.of("host", "beta1"));
      api.succeeds(made.job());
      String uuid = made.target();
      String volume = create(Map.of("instance", uuid));
      JsonNode body = volume(volume);
      String serial = Api.text(body, "/serial");
      assertThat(Api.text(body, "/state")).isEqualTo("AVAILABLE");
      assertThat(Api.text(body, "/host")).isEqualTo(host.name());
      assertThat(Lab.files(List.of(volume), "/var/lib/holdfast"))
          .singleElement()
          .asString()
          .startsWith(host.name() + " ");

      refused(409, "volume-elsewhere", post(elsewhere, "attach", Map.of("instance", uuid)));
      succeeds(post(volume, "attach", Map.of("instance", uuid)));
      assertThat(Api.text(volume(volume), "/state")).isEqualTo("IN_USE");
      assertThat(api.get("/v1/instances/" + uuid).body().at("/disks/1/volume").asText())
          .isEqualTo(volume);
      awaitSize(host, uuid, serial, GIB);
      assertThat(described(host, uuid, serial)).isTrue();
      assertThat(described(host, uuid, serial, "--inactive")).isTrue();
      refused(409, "in-use", post(volume, "attach", Map.of("instance", uuid)));
      refused(409, "in-use", api.remove("/v1/volumes/" + volume));

      String device = device(host, uuid, serial);
      inGuest(
          host, uuid, "echo '" + WORDS + "' | dd of=/dev/" + device + " conv=fsync 2>/dev/null");
      succeeds(post(volume, "resize", Map.of("sizeGiB", 2)));
      awaitSize(host, uuid, serial, 2 * GIB);
      assertThat(volume(volume).path("sizeGiB").asInt()).isEqualTo(2);
      refused(422, "invalid-field", post(volume, "resize", Map.of("sizeGiB", 1)));

      succeeds(post(volume, "detach", Map.of()));
      assertThat(device(host, uuid, serial)).isEmpty();
      assertThat(described(host, uuid, serial)).isFalse();
      assertThat(described(host, uuid, serial, "--inactive")).isFalse();
      refused(409, "volume-not-attached", post(volume, "detach", Map.of()));

      power(uuid, "stop");
      succeeds(post(volume, "attach", Map.of("instance", uuid)));
      succeeds(post(volume, "resize", Map.of("sizeGiB", 3)));
      power(uuid, "start");
      awaitSize(host, uuid, serial, 3 * GIB);
      String again = device(host, uuid, serial);
      assertThat(inGuest(host, uuid, "head -n 1 /dev/" + again)).isEqualTo(WORDS);

      api.delete(List.of(uuid));
      assertThat(Api.text(volume(volume), "/state")).isEqualTo("AVAILABLE");
      for (String one : List.of(volume, elsewhere)) {
        succeeds(api.remove("/v1/volumes/" + one));
        assertThat(api.get("/v1/volumes/" + one).status()).isEqualTo(404);
      }
      assertThat(Lab.files(List.of(volume, elsewhere), "/var/lib/holdfast")).isEmpty();
    }
  }

  private String create(Map<String, ?> where) {
    Map<String, Object> wanted = new java.util.HashMap<>(where);
    wanted.put("name", Guests.name("data"));
    wanted.put("sizeGiB", 1);
    Api.Accepted accepted = api.accepted(api.post("/v1/volumes", wanted));
    api.succeeds(accepted.job());
    return accepted.target();
  }

  private JsonNode volume(String id) {
    Api.Answer answer = api.get("/v1/volumes/" + id);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  private Api.Answer post(String volume, String verb, Map<String, ?> body) {
    return api.post("/v1/volumes/" + volume + ":" + verb, body);
  }

  private void power(String instance, String verb) {
    Map<String, ?> grace = Map.of("graceSeconds", 20);
    succeeds(api.post("/v1/instances/" + instance + ":" + verb, grace));
  }

  private void succeeds(Api.Answer answer) {
    api.succeeds(api.accepted(answer).job());
  }

  private static void refused(int status, String code, Api.Answer answer) {
    assertThat(answer.status()).describedAs("%s", answer.body()).isEqualTo(status);
    assertThat(Api.text(answer.body(), "/code")).isEqualTo(code);
  }

  private static boolean described(Lab.Host host, String uuid, String serial, String... how) {
    List<String> command = new java.util.ArrayList<>(List.of("dumpxml", uuid));
    command.addAll(List.of(how));
    return Lab.virsh(host, command.toArray(String[]::new)).stream()
        .anyMatch(line -> line.contains("<serial>" + serial + "</serial>"));
  }

  static String inGuest(Lab.Host host, String uuid, String script) {
    return Lab.inGuest(host, uuid, "/bin/sh", "-c", script);
  }

  /** The guest's name for the disk with this serial, or "". */
  static String device(Lab.Host host, String uuid, String serial) {
    return inGuest(
        host,
        uuid,
        "for d in /sys/block/vd*; do [ \"$(cat $d/serial)\" != "
            + serial
            + " ] || basename $d; done");
  }

  /** A guest that has just started may not answer yet. */
  private static void awaitSize(Lab.Host host, String uuid, String serial, long bytes) {
    Awaitility.await("the guest sees %d bytes".formatted(bytes))
        .atMost(SOON)
        .untilAsserted(
            () -> {
              String device = device(host, uuid, serial);
              assertThat(device).isNotEmpty();
              assertThat(inGuest(host, uuid, "cat /sys/block/" + device + "/size"))
                  .isEqualTo(Long.toString(bytes / 512));
            });
  }
}
