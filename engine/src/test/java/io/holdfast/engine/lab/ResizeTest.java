package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An instance that gets another size, as its guest, its host and the ledger see it. */
@Tag("lab")
class ResizeTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Api api = new Api();

  @Test
  void withARestartAndWhileItIsOff() {
    Lab.Host host = Lab.host("alpha1");
    try (Guests guests = new Guests(api)) {
      Api.Accepted made =
          guests.create(Guests.wanted(Guests.name("resize"), host.name(), Map.of()));
      api.succeeds(made.job());
      String uuid = made.target();
      int memory = instance(uuid).path("memoryMiB").asInt();
      assertThat(processors(host, uuid)).isEqualTo("1");

      Api.Answer refused = resize(uuid, Map.of("vcpus", 2));
      assertThat(refused.status()).isEqualTo(409);
      assertThat(Api.text(refused.body(), "/code")).isEqualTo("instance-must-be-stopped");
      JsonNode full = ends(resize(uuid, Map.of("memoryMiB", 4_000_000, "restart", true)), "FAILED");
      assertThat(Api.text(full, "/error/code")).isEqualTo("no-capacity");
      assertThat(full.at("/error/causes/0").asText()).startsWith(host.name() + ": MEMORY: needs ");
      assertThat(processors(host, uuid)).isEqualTo("1");
      assertSize(host, uuid, 1, memory);

      Map<String, ?> two = Map.of("vcpus", 2, "restart", true, "graceSeconds", 20);
      ends(resize(uuid, two), "SUCCEEDED");
      assertThat(Api.text(instance(uuid), "/state")).isEqualTo("ACTIVE");
      awaitProcessors(host, uuid, "2");
      assertSize(host, uuid, 2, memory);

      ends(api.post("/v1/instances/" + uuid + ":stop", Map.of("graceSeconds", 20)), "SUCCEEDED");
      ends(resize(uuid, Map.of("vcpus", 1, "memoryMiB", memory + 64)), "SUCCEEDED");
      assertThat(Api.text(instance(uuid), "/state")).isEqualTo("STOPPED");
      assertSize(host, uuid, 1, memory + 64);
      ends(api.post("/v1/instances/" + uuid + ":start", Map.of()), "SUCCEEDED");
      awaitProcessors(host, uuid, "1");
      guests.assertOneOf(uuid);
    }
  }

  /** In the API, in the ledger (no other test runs beside this one) and in libvirt. */
  private void assertSize(Lab.Host host, String uuid, int vcpus, int memoryMiB) {
    JsonNode instance = instance(uuid);
    assertThat(instance.path("vcpus").asInt()).isEqualTo(vcpus);
    assertThat(instance.path("memoryMiB").asInt()).isEqualTo(memoryMiB);
    JsonNode reserved = api.get("/v1/hosts/" + host.name()).body().path("reserved");
    assertThat(reserved.path("vcpus").asInt()).isEqualTo(vcpus);
    assertThat(reserved.path("memoryMiB").asInt()).isEqualTo(memoryMiB);
    List<String> xml = Lab.virsh(host, "dumpxml", uuid, "--inactive");
    assertThat(xml)
        .anyMatch(line -> line.contains("<memory unit='KiB'>" + memoryMiB * 1024 + "</memory>"))
        .anyMatch(line -> line.matches(".*<vcpu[^>]*>" + vcpus + "</vcpu>.*"));
  }

  private Api.Answer resize(String instance, Map<String, ?> size) {
    return api.post("/v1/instances/" + instance + ":resize", size);
  }

  private JsonNode instance(String id) {
    return api.get("/v1/instances/" + id).body();
  }

  private JsonNode ends(Api.Answer answer, String state) {
    JsonNode job = api.ends(api.accepted(answer).job(), Api.JOB_ENDS);
    assertThat(Api.text(job, "/state")).describedAs("%s", job).isEqualTo(state);
    return job;
  }

  private static String processors(Lab.Host host, String uuid) {
    return Lab.inGuest(host, uuid, "/bin/sh", "-c", "grep -c ^processor /proc/cpuinfo");
  }

  /** A guest that has just started may not answer yet. */
  private static void awaitProcessors(Lab.Host host, String uuid, String count) {
    Awaitility.await("the guest has " + count + " processors")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(processors(host, uuid)).isEqualTo(count));
  }
}
