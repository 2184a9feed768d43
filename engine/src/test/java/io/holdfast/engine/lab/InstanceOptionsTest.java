package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a guest reads of its seed and prints, and what a host in maintenance does with guests. */
@Tag("lab")
class InstanceOptionsTest {
  private static final String HOST = "beta1";
  private static final String SCRIPT = "#!/bin/sh\necho from the seed >/dev/ttyS0\n";

  private final Api api = new Api();

  @Test
  void aGuestReadsItsWholeSeedAndRunsOnThroughAMaintenance() {
    Lab.Host host = Lab.host(HOST);
    String key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHoldfast beside-a-script";
    Map<String, ?> more =
        Map.of(
            "networks", List.of(api.network("NAT"), api.network("ISOLATED")),
            "disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)),
            "labels", Map.of("test", Guests.name("seed")),
            "sshKeys", List.of(key),
            "userData", SCRIPT);
    try (Guests guests = new Guests(api)) {
      Api.Accepted create = guests.create(Guests.wanted(Guests.name("seed"), HOST, more));
      api.succeeds(create.job());
      JsonNode instance = guests.assertOneOf(create.target());
      String uuid = Api.text(instance, "/uuid");
      assertThat(Lab.inGuest(host, uuid, "/bin/cat", "/root/.ssh/authorized_keys")).isEqualTo(key);
      String console = "/v1/instances/" + create.target() + "/console";
      assertThat(api.text(console))
          .contains("network-config names 2 of 2 nics", "from the seed", "script ended with 0");
      assertThat(api.text(console + "?bytes=10")).hasSizeLessThanOrEqualTo(10).isNotEmpty();
      String label = Api.text(instance, "/labels/test");
      assertThat(ids("label=test=" + label)).containsExactly(create.target());
      assertThat(ids("label=test=" + label + "&host=" + HOST + "&site=beta")).hasSize(1);
      assertThat(ids("label=test=" + label + "&site=alpha")).isEmpty();

      hostVerb("maintenance", Map.of("evacuate", false));
      try {
        assertRefused();
        assertThat(Api.text(guests.assertOneOf(create.target()), "/state")).isEqualTo("ACTIVE");
        String stop = "/v1/instances/" + create.target() + ":stop";
        api.succeeds(api.accepted(api.post(stop, Map.of("graceSeconds", 0))).job());
      } finally {
        hostVerb("activate", Map.of());
      }
    }
  }

  private void assertRefused() {
    Map<String, Object> wanted = Guests.wanted(Guests.name("no"), HOST, Map.of());
    JsonNode job = api.ends(api.accepted(api.post("/v1/instances", wanted)).job(), Api.JOB_ENDS);
    assertThat(Api.text(job, "/error/code")).isEqualTo("no-capacity");
    assertThat(job.at("/error/causes").toString()).contains(HOST + ": MAINTENANCE");
  }

  @Test
  @Tag("long")
  void theConsoleOfAnAbsentHostSaysSinceWhen() {
    try (Guests guests = new Guests(api)) {
      Api.Accepted create = guests.create(Guests.wanted(Guests.name("away"), HOST, Map.of()));
      api.succeeds(create.job());
      String console = "/v1/instances/" + create.target() + "/console";
      Lab.kill("worker-" + HOST);
      Api.Answer away = api.get(console);
      Lab.start("worker-" + HOST);
      assertThat(away.status()).isEqualTo(503);
      assertThat(Api.text(away.body(), "/code")).isEqualTo("host-unreachable");
      assertThat(Api.text(away.body(), "/detail")).contains(HOST).containsPattern("20\\d\\d-");
      Awaitility.await()
          .atMost(Duration.ofMinutes(2)) // a worker's start, on a machine that is full
          .until(() -> api.get(console).status() == 200);
    }
  }

  private List<String> ids(String query) {
    JsonNode items = api.get("/v1/instances?" + query).body().path("items");
    return items.findValuesAsText("uuid");
  }

  private void hostVerb(String verb, Map<String, ?> how) {
    api.succeeds(api.accepted(api.post("/v1/hosts/" + HOST + ":" + verb, how)).job());
  }
}
