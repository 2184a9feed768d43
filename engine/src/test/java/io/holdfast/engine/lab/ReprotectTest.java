package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A site that was failed over from comes back, and becomes the one that protects. */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class ReprotectTest {
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final String THERE = ProtectedGuest.TARGET;
  private static final Duration TOLD = Duration.ofMinutes(2);
  private static final String LOST = "/data/lost";
  private static final Map<String, ?> ROOMIER = Map.of("resources", Map.of("memoryMiB", 160));
  private static final List<Map<String, ?>> KEPT =
      List.of(Map.of("from", "default", "addresses", "KEEP"));
  private static final String KEPT_POINT = "/reversed/0/keptPoint";
  private static final Map<String, ?> WORD =
      Map.of("fencing", Map.of("proof", "OPERATOR", "reason", "its power was cut"));

  private final Api api = new Api();

  /**
   * Failover, reprotect, failback: in the end all is where it was, with what was written meanwhile.
   */
  @Test
  void whatWasRecoveredIsProtectedAtTheOldSiteByDifferenceAndComesHome() {
    try (Guests guests = new Guests(api)) {
      String source = ProtectedGuest.create(api, guests, Map.of());
      AttachedVolume volume = guests.volume(source);
      String written = volume.writeOut(HERE);
      try (ProtectedGuest guest = new ProtectedGuest(api, List.of(source), 5)) {
        goesAndComesBack(guests, guest, volume, written);
      }
    }
  }

  private void goesAndComesBack(
      Guests guests, ProtectedGuest guest, AttachedVolume volume, String written) {
    long first = wire(guest.idle());
    String source = guest.instance();
    String name = Api.text(api.get("/v1/instances/" + source).body(), "/name");
    RecoveryPlans plan = new RecoveryPlans(api, source, ROOMIER, KEPT);
    String address = address(source);
    assertThat(write(HERE, source, "echo written-and-lost >" + LOST)).contains("written");
    Lab.powerOff(Lab.host(HERE));
    String owner;
    try {
      JsonNode failover = plan.completed(plan.begin("failover", WORD));
      owner = Api.text(failover, "/instances/0/instance");
      guests.adopt(owner);
    } finally {
      Lab.powerOn(Lab.host(HERE));
    }
    awaitTold(source);
    assertSize(THERE, owner, 160, "");
    assertThat(address(owner)).isEqualTo(address);
    Journal journal = Journal.of(THERE, owner);
    assertThat(copy(volume, owner).read(THERE)).isEqualTo(written);

    JsonNode turned = plan.completed(plan.begin("reprotect", Map.of()));
    JsonNode point = guest.available().get(0);
    System.out.printf(
        "reprotect: %d KiB of the first sync's %d KiB on the wire; %s%n",
        wire(point) >> 10, first >> 10, turned.at("/reversed/0/lostWrites"));
    assertThat(Api.text(turned, "/verdict")).isEqualTo("PASSED");
    assertThat(wire(point)).isPositive().isLessThan(first / 4);
    assertThat(Api.text(point, "/disks/0/base")).isEqualTo(Api.text(turned, KEPT_POINT));
    assertThat(point.at("/disks/0/instance").asText()).isEqualTo(owner);
    assertThat(Api.text(guest.shown(), "/targetSite")).isEqualTo("alpha");
    assertThat(guest.shown().path("paused").asBoolean()).isFalse();
    assertOldCopyIsGone(source);
    assertThat(Api.text(volume.shown(), "/state")).isEqualTo("AVAILABLE");
    assertLostWriteIsKept(guests, turned, owner);
    Journal there = Journal.of(THERE, owner);
    there.assertContinues(journal);
    guest.assertVerified();
    String home = assertComesHome(guests, plan, name, owner, there);
    assertThat(address(home)).isEqualTo(address);
    assertThat(copy(volume, home).read(HERE)).isEqualTo(written);
    assertThat(Api.text(guest.shown(), "/targetSite")).isEqualTo("beta");
    assertThat(wire(guest.available().get(0))).isPositive().isLessThan(first / 4);
    guest.assertVerified();
    plan.remove();
  }

  /** What took over has what was on the volume on a disk of its own, with its serial. */
  private AttachedVolume copy(AttachedVolume volume, String instance) {
    return new AttachedVolume(api, instance, volume.id(), volume.serial());
  }

  /** Its guest shuts down, so nothing is lost; and nothing of it stays where it was. */
  private String assertComesHome(
      Guests guests, RecoveryPlans plan, String name, String owner, Journal there) {
    JsonNode run = plan.completed(plan.begin("failback", Map.of("graceSeconds", 60)));
    String home = Api.text(run, "/instances/0/instance");
    guests.adopt(home);
    System.out.printf(
        "failback: RTO %s s, RPO %s s%n",
        Api.text(run, "/rtoSeconds"), Api.text(run, "/rpoSeconds"));
    assertThat(run.path("rpoSeconds").asDouble()).isZero();
    assertThat(Api.text(run, "/fencing/0/proof")).isEqualTo("HOST_CONFIRMED");
    assertThat(run.at("/reversed/0/lostWrites/0/bytes").asLong()).isZero();
    JsonNode shown = guests.assertOneOf(home);
    assertThat(Api.text(shown, "/host")).isEqualTo(HERE);
    assertThat(Api.text(shown, "/name")).isEqualTo(name);
    assertSize(HERE, home, 128, "tiny");
    Journal.of(HERE, home).assertContinues(there);
    assertThat(api.get("/v1/instances/" + owner).status()).isEqualTo(404);
    assertThat(Lab.domains(owner)).isEmpty();
    return home;
  }

  /** Of the first nic, which its guest has said that it has. */
  private String address(String instance) {
    JsonNode shown = api.get("/v1/instances/" + instance).body();
    String address = Api.text(shown, "/nics/0/ip");
    assertThat(shown.path("addresses").toString()).contains(address);
    return address;
  }

  /** In the inventory and on the host. */
  private void assertSize(String host, String uuid, int memoryMiB, String flavor) {
    JsonNode shown = api.get("/v1/instances/" + uuid).body();
    assertThat(shown.path("memoryMiB").asInt()).isEqualTo(memoryMiB);
    assertThat(shown.path("flavor").asText("")).isEqualTo(flavor);
    assertThat(Lab.virsh(Lab.host(host), "dumpxml", uuid))
        .anyMatch(line -> line.contains("<memory unit='KiB'>%d<".formatted(memoryMiB << 10)));
  }

  private static void assertOldCopyIsGone(String source) {
    assertThat(Lab.domains(source)).isEmpty();
    assertThat(Lab.volumes(List.of(source)))
        .noneMatch(file -> file.startsWith(HERE + " ") && !file.contains("replica-"));
  }

  /** It is listed, and an instance can be made of it. */
  private void assertLostWriteIsKept(Guests guests, JsonNode run, String owner) {
    JsonNode lost = run.at("/reversed/0/lostWrites/0");
    assertThat(lost.path("bytes").asLong()).isPositive();
    assertThat(lost.path("ranges").asInt()).isPositive();
    assertThat(lost.at("/first/0/length").asLong()).isPositive();
    String point = Api.text(run, KEPT_POINT);
    String path = "/v1/recovery-points/" + point;
    assertThat(api.get(path).body().path("held").asBoolean()).isTrue();
    Api.Accepted made = guests.restore(point, Map.of("name", Guests.name("kept")));
    api.succeeds(made.job());
    assertThat(Lab.inGuest(Lab.host(THERE), made.target(), "/bin/cat", LOST))
        .contains("written-and-lost");
    assertThat(write(THERE, owner, "test ! -e " + LOST)).contains("written");
    api.delete(List.of(made.target()));
    assertThat(api.post(path + ":release", Map.of()).status()).isEqualTo(200);
  }

  private void awaitTold(String source) {
    Awaitility.await("the host is told")
        .atMost(TOLD)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> Api.text(api.get("/v1/instances/" + source).body(), "/fencing/state"),
            "FENCED"::equals);
  }

  private static String write(String host, String uuid, String command) {
    return Lab.inGuest(Lab.host(host), uuid, "/bin/sh", "-c", command + " && sync && echo written");
  }

  private static long wire(JsonNode point) {
    return point.at("/bytes/wire").asLong();
  }
}
