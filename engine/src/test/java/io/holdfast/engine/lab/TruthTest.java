package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people do behind the engine's back is shown as what it is. */
@Tag("lab")
class TruthTest {
  private static final String POOL = "/var/lib/holdfast/pools/plain/";
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(30);

  private final Api api = new Api();

  @Test
  void whatIsDoneToADomainByHandIsShown() {
    Lab.Host host = Lab.host("beta1");
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("hand"), host.name(), Map.of()));
      api.succeeds(made.job());
      String id = made.target();
      Lab.virsh(host, "destroy", id);
      awaitState(id, "STOPPED", "SHUTOFF");
      Lab.virsh(host, "start", id);
      awaitState(id, "ACTIVE", "RUNNING");
      Lab.virsh(host, "suspend", id);
      awaitState(id, "ERROR", "PAUSED");
      Lab.virsh(host, "destroy", id);
      Lab.virsh(host, "undefine", id);
      awaitState(id, "ERROR", "MISSING");
      assertThat(Orphans.on(api, host.name()))
          .isEmpty(); // its volumes are an instance's that is MISSING
    }
  }

  @Test
  void aPowerCutIsShownAndSoIsTheBootAfterIt() {
    Lab.Host host = Lab.host("alpha1");
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("cut"), host.name(), Map.of()));
      api.succeeds(made.job());
      Lab.powerOff(host);
      try {
        Awaitility.await("the host is shown as unreachable")
            .atMost(SHOWN_WITHIN)
            .until(
                () ->
                    Api.text(api.get("/v1/hosts/" + host.name()).body(), "/state")
                            .equals("UNREACHABLE")
                        && state(made.target()).equals("ERROR UNKNOWN"));
      } finally {
        Lab.powerOn(host);
      }
      Awaitility.await("the host is back and its guest is off")
          .atMost(Duration.ofSeconds(60))
          .until(() -> state(made.target()).equals("STOPPED SHUTOFF"));
    }
  }

  @Test
  void leftoversAreFoundAndRemovedAndForeignThingsAreLeftAlone() {
    Lab.Host host = Lab.host("beta1");
    Map<String, String> lost =
        Map.of(
            "VOLUMES", UUID.randomUUID() + "-root.qcow2", "VOLUME", UUID.randomUUID() + ".qcow2");
    String foreign = "notes-" + UUID.randomUUID() + ".qcow2";
    lost.values().forEach(file -> Lab.on(host, "touch", POOL + file));
    Lab.on(host, "touch", POOL + foreign);
    try {
      List<JsonNode> found = Orphans.on(api, host.name());
      assertThat(found)
          .allMatch(
              o -> lost.getOrDefault(Api.text(o, "/kind"), "").startsWith(Api.text(o, "/owner")))
          .hasSameSizeAs(lost.keySet());
      for (JsonNode orphan : found) {
        api.succeeds(delete("/v1/orphans/" + Api.text(orphan, "/id")));
      }
      assertThat(Lab.volumes(List.copyOf(lost.values()))).isEmpty();
      assertThat(Lab.volumes(List.of(foreign))).hasSize(1);
      assertThat(Orphans.on(api, host.name())).isEmpty();
    } finally {
      Lab.on(host, "rm", "-f", POOL + foreign);
    }
  }

  @Test
  void aConsoleThatADeleteForgotIsFoundAndRemoved() {
    Lab.Host host = Lab.host("beta1");
    String id = UUID.randomUUID().toString();
    Lab.on(host, "touch", "/var/log/libvirt/qemu/hf-" + id + "-console.log");
    JsonNode orphan = only(Orphans.on(api, host.name()));
    assertThat(Api.text(orphan, "/kind")).isEqualTo("CONSOLE");
    assertThat(Api.text(orphan, "/owner")).isEqualTo(id);
    api.succeeds(delete("/v1/orphans/" + Api.text(orphan, "/id")));
    assertThat(Orphans.on(api, host.name())).isEmpty();
  }

  /** The database forgets a volume that a guest writes to. */
  @Test
  void aVolumeThatTheLedgerLostIsNotTakenFromItsGuest() {
    Lab.Host host = Lab.host("beta1");
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("keeps"), host.name(), Map.of()));
      api.succeeds(made.job());
      Map<String, ?> wanted =
          Map.of("name", Guests.name("kept"), "sizeGiB", 1, "instance", made.target());
      Api.Accepted volume = api.accepted(api.post("/v1/volumes", wanted));
      api.succeeds(volume.job());
      String attach = "/v1/volumes/" + volume.target() + ":attach";
      api.succeeds(api.accepted(api.post(attach, Map.of("instance", made.target()))).job());
      Lab.sql("delete from volume where id = '" + volume.target() + "'");

      String address = "/v1/orphans/" + Api.text(only(Orphans.on(api, host.name())), "/id");
      JsonNode refused = api.ends(delete(address), Api.JOB_ENDS);
      assertThat(Api.text(refused, "/error/code")).isEqualTo("guest-keeps-volume");
      assertThat(Lab.volumes(List.of(volume.target()))).hasSize(1);
      api.delete(List.of(made.target()));
      api.succeeds(delete(address));
      assertThat(Lab.volumes(List.of(volume.target()))).isEmpty();
    }
  }

  private String delete(String orphan) {
    return api.accepted(api.post(orphan + ":delete", Map.of("reason", "left by a test"))).job();
  }

  /** The database forgets an instance, as one that was restored to an older state does. */
  @Test
  void anInstanceThatTheLedgerLostIsAdopted() {
    Lab.Host host = Lab.host("beta1");
    try (Guests guests = new Guests(api)) {
      String name = Guests.name("lost");
      Api.Accepted made = guests.create(Guests.wanted(name, host.name(), Map.of()));
      api.succeeds(made.job());
      JsonNode before = api.get("/v1/instances/" + made.target()).body();
      Lab.sql("delete from instance where id = '" + made.target() + "'");

      List<JsonNode> found = Orphans.on(api, host.name());
      assertThat(found.stream().map(o -> Api.text(o, "/kind")))
          .containsExactlyInAnyOrder("DOMAIN", "VOLUMES", "NETWORK", "RESERVATION", "CONSOLE");
      JsonNode domain =
          only(found.stream().filter(o -> Api.text(o, "/kind").equals("DOMAIN")).toList());
      api.succeeds(
          api.accepted(
                  api.post(
                      "/v1/orphans/" + Api.text(domain, "/id") + ":adopt",
                      Map.of("reason", "the database came back older", "image", "guest")))
              .job());

      JsonNode after = api.get("/v1/instances/" + name).body();
      for (String same :
          List.of(
              "/id",
              "/host",
              "/state",
              "/vcpus",
              "/memoryMiB",
              "/maxVcpus",
              "/maxMemoryMiB",
              "/nics")) {
        assertThat(after.at(same)).describedAs(same).isEqualTo(before.at(same));
      }
      assertThat(Orphans.on(api, host.name())).isEmpty();
      guests.assertOneOf(made.target());
    }
  }

  private void awaitState(String id, String state, String power) {
    Awaitility.await(state + " " + power)
        .atMost(SHOWN_WITHIN)
        .until(() -> state(id).equals(state + " " + power));
  }

  private String state(String id) {
    JsonNode instance = api.get("/v1/instances/" + id).body();
    return Api.text(instance, "/state") + " " + Api.text(instance, "/powerState");
  }

  private static JsonNode only(List<JsonNode> found) {
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
