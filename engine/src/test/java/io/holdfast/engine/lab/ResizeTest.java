package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An instance that gets another size, as its guest, its host and the ledger see it. */
@Tag("lab")
class ResizeTest {
  private static final Map<String, ?> SMALL =
      Map.of("vcpus", 1, "memoryMiB", 256, "maxMemoryMiB", 768);

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

      assertMustStop(resize(uuid, Map.of("memoryMiB", memory + 64)), "maxMemoryMiB of what runs");
      JsonNode full = ends(resize(uuid, Map.of("memoryMiB", 4_000_000, "restart", true)), "FAILED");
      assertThat(Api.text(full, "/error/code")).isEqualTo("no-capacity");
      assertThat(full.at("/error/causes/0").asText()).startsWith(host.name() + ": MEMORY: needs ");
      assertThat(processors(host, uuid)).isEqualTo("1");
      assertSize(host, uuid, 1, memory);

      Map<String, ?> more =
          Map.of("vcpus", 2, "memoryMiB", memory + 32, "restart", true, "graceSeconds", 20);
      ends(resize(uuid, more), "SUCCEEDED");
      assertThat(Api.text(instance(uuid), "/state")).isEqualTo("ACTIVE");
      awaitProcessors(host, uuid, "2");
      assertSize(host, uuid, 2, memory + 32);

      ends(api.post("/v1/instances/" + uuid + ":stop", Map.of("graceSeconds", 20)), "SUCCEEDED");
      ends(resize(uuid, Map.of("vcpus", 1, "memoryMiB", memory + 64)), "SUCCEEDED");
      assertThat(Api.text(instance(uuid), "/state")).isEqualTo("STOPPED");
      assertSize(host, uuid, 1, memory + 64);
      ends(api.post("/v1/instances/" + uuid + ":start", Map.of()), "SUCCEEDED");
      awaitProcessors(host, uuid, "1");
      guests.assertOneOf(uuid);
    }
  }

  /** Room for memory is asked for; without a restart the guest sees what it was given. */
  @Test
  void asItRuns() {
    Lab.Host host = Lab.host("alpha1");
    try (Guests guests = new Guests(api)) {
      Map<String, Object> wanted = Guests.wanted(Guests.name("grow"), host.name(), SMALL);
      wanted.remove("flavor");
      Api.Accepted made = guests.create(wanted);
      api.succeeds(made.job());
      String uuid = made.target();
      String boot = bootId(host, uuid);
      long before = guestKib(host, uuid);
      assertThat(instance(uuid).path("maxVcpus").asInt()).isEqualTo(4);
      assertThat(instance(uuid).path("maxMemoryMiB").asInt()).isEqualTo(768);

      assertMustStop(resize(uuid, Map.of("vcpus", 5)), "maxVcpus of what runs is 4");
      assertMustStop(resize(uuid, Map.of("memoryMiB", 320)), "in steps of 128 MiB");
      assertMustStop(resize(uuid, Map.of("memoryMiB", 128)), "only grows");

      JsonNode grown = ends(resize(uuid, Map.of("vcpus", 2, "memoryMiB", 384)), "SUCCEEDED");
      assertThat(grown.path("steps"))
          .anyMatch(step -> step.path("detail").asText().contains("uses 2 processors and 384 MiB"));
      assertLive(host, uuid, 2, 384);
      assertThat(processors(host, uuid)).isEqualTo("2");
      assertThat(guestKib(host, uuid)).isEqualTo(before + 128 * 1024);
      assertSize(host, uuid, 2, 384);
      ends(resize(uuid, Map.of("memoryMiB", 512)), "SUCCEEDED");
      assertLive(host, uuid, 2, 512);
      assertThat(guestKib(host, uuid)).isEqualTo(before + 256 * 1024);
      assertThat(bootId(host, uuid)).isEqualTo(boot);

      Lab.Host there = Lab.host("beta1");
      Map<String, ?> to = Map.of("host", there.name());
      ends(api.post("/v1/instances/" + uuid + ":migrate", to), "SUCCEEDED");
      assertLive(there, uuid, 2, 512);
      assertThat(bootId(there, uuid)).isEqualTo(boot);
      ends(resize(uuid, Map.of("vcpus", 3)), "SUCCEEDED");
      assertThat(processors(there, uuid)).isEqualTo("3");

      Map<String, ?> grace = Map.of("graceSeconds", 20);
      ends(api.post("/v1/instances/" + uuid + ":reboot", grace), "SUCCEEDED");
      awaitProcessors(there, uuid, "3");
      assertThat(bootId(there, uuid)).isNotEqualTo(boot);
      assertThat(guestKib(there, uuid)).isGreaterThan(before + 250 * 1024);
      assertThat(Lab.virsh(there, "dumpxml", uuid)).noneMatch(line -> line.contains("'dimm'"));
      assertSize(there, uuid, 3, 512);
      guests.assertOneOf(uuid);
    }
  }

  private static void assertMustStop(Api.Answer refused, String why) {
    assertThat(refused.status()).isEqualTo(409);
    assertThat(Api.text(refused.body(), "/code")).isEqualTo("instance-must-be-stopped");
    assertThat(refused.body().at("/causes/0").asText()).contains(why);
  }

  /** What QEMU has at this moment, as libvirt says. */
  private static void assertLive(Lab.Host host, String uuid, int vcpus, int memoryMiB) {
    assertThat(Lab.virsh(host, "dumpxml", uuid))
        .anyMatch(line -> line.contains("<memory unit='KiB'>" + memoryMiB * 1024 + "</memory>"))
        .anyMatch(line -> line.matches(".*<vcpu[^>]* current='" + vcpus + "'>4</vcpu>.*"));
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
        .anyMatch(line -> line.matches(".*<vcpu[^>]* current='" + vcpus + "'>\\d+</vcpu>.*"));
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

  private static String bootId(Lab.Host host, String uuid) {
    return Lab.inGuest(host, uuid, "/bin/cat", "/proc/sys/kernel/random/boot_id");
  }

  private static long guestKib(Lab.Host host, String uuid) {
    String total = Lab.inGuest(host, uuid, "/bin/sh", "-c", "grep MemTotal /proc/meminfo");
    return Long.parseLong(total.replaceAll("[^0-9]", ""));
  }

  /** A guest that has just started may not answer yet. */
  private static void awaitProcessors(Lab.Host host, String uuid, String count) {
    Awaitility.await("the guest has " + count + " processors")
        .atMost(Lab.BOOTS)
        .untilAsserted(() -> assertThat(processors(host, uuid)).isEqualTo(count));
  }
}
