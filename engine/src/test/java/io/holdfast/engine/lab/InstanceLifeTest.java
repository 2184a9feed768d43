package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance's owner sees of it, asked of its guest and its host. */
@Tag("lab")
class InstanceLifeTest {
  private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHoldfast lab-test";

  /** With it the books of the pool with reflinks, 20 GiB promised twice, have no 6 GiB left. */
  private static final int LARGE_GIB = 36;

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Api api = new Api();
  @TempDir Path folder = Path.of("");

  /**
   * Its second disk fills the pool with reflinks, in the books at least, so that the next instance
   * goes to the pool without: one test, for the sake of two boots at once.
   */
  @Test
  void fromCreateToDelete() throws Exception {
    Lab.Host host = Lab.host("alpha1");
    String name = Guests.name("life");
    List<String> networks = List.of(api.network("NAT"), api.network("ISOLATED"));
    Map<String, ?> large =
        Map.of("disks", disks(1, LARGE_GIB), "networks", networks, "sshKeys", keys());
    try (Guests guests = new Guests(api)) {
      Api.Accepted first = guests.create(Guests.wanted(name, host.name(), large));
      String image = importRawImage();
      api.succeeds(first.job());
      Map<String, ?> more = Map.of("disks", disks(1, 5), "image", image);
      Api.Accepted second = guests.create(Guests.wanted(Guests.name("plain"), host.name(), more));
      JsonNode instance = guests.assertOneOf(first.target());
      String uuid = Api.text(instance, "/uuid");

      assertThat(hostname(host, uuid)).isEqualTo(name);
      assertThat(Lab.inGuest(host, uuid, "/bin/cat", "/root/.ssh/authorized_keys")).isEqualTo(KEY);
      assertThat(Lab.inGuest(host, uuid, "/bin/cat", "/sys/block/vdb/size"))
          .isEqualTo(Long.toString(((long) LARGE_GIB << 30) / 512));
      assertThat(instance.path("nics")).hasSize(2);
      instance.path("nics").forEach(nic -> awaitAddress(host, uuid, nic));

      power(first.target(), "stop", Map.of("graceSeconds", 20));
      assertThat(state(first.target())).isEqualTo("STOPPED");
      assertThat(Lab.guestProcesses(uuid)).isEmpty();
      assertThat(Lab.virsh(host, "domstate", uuid)).containsExactly("shut off");

      api.succeeds(second.job());
      guests.assertOneOf(second.target());
      assertThat(Lab.volumes(List.of(second.target())))
          .allMatch(volume -> volume.contains("/pools/plain/"));

      power(first.target(), "start", Map.of());
      assertThat(state(first.target())).isEqualTo("ACTIVE");
      String boot = awaitBoot(host, uuid, "");
      power(first.target(), "reboot", Map.of("graceSeconds", 20));
      awaitBoot(host, uuid, boot);
      assertThat(hostname(host, uuid)).isEqualTo(name);
      instance.path("nics").forEach(nic -> awaitAddress(host, uuid, nic));
      guests.assertOneOf(first.target());
    }
  }

  private static List<Map<String, Integer>> disks(int... sizes) {
    return java.util.Arrays.stream(sizes).mapToObj(size -> Map.of("sizeGiB", size)).toList();
  }

  private static List<String> keys() {
    return List.of(KEY);
  }

  /** The guest image once more, as a raw disk whose checksum is known before. */
  private String importRawImage() throws IOException {
    Path original = folder.resolve("guest.qcow2");
    Path raw = folder.resolve("guest.raw");
    api.download("/v1/images/guest/content", original);
    Commands.require(
        SOON, List.of("qemu-img", "convert", "-f", "qcow2", "-O", "raw", original + "", raw + ""));
    String name = Guests.name("raw");
    Map<String, ?> wanted = Map.of("name", name, "format", "raw", "sha256", sha256(raw));
    Api.Answer made = api.post("/v1/images", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    api.succeeds(api.accepted(api.put("/v1/images/" + name + "/content", raw)).job());
    JsonNode image = api.get("/v1/images/" + name).body();
    assertThat(Api.text(image, "/state")).isEqualTo("AVAILABLE");
    assertThat(image.path("virtualSizeBytes").asLong()).isEqualTo(Files.size(raw));
    return name;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 16];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void power(String instance, String verb, Map<String, ?> body) {
    api.succeeds(api.accepted(api.post("/v1/instances/" + instance + ":" + verb, body)).job());
  }

  private String state(String instance) {
    return Api.text(api.get("/v1/instances/" + instance).body(), "/state");
  }

  private static String hostname(Lab.Host host, String uuid) {
    return Api.text(Lab.agent(host, uuid, Map.of("execute", "guest-get-host-name")), "/host-name");
  }

  /** The guest's boot id, once it has another one than before. */
  private static String awaitBoot(Lab.Host host, String uuid, String before) {
    return Awaitility.await("another boot")
        .atMost(Lab.BOOTS)
        .ignoreExceptionsMatching(e -> true)
        .until(
            () -> {
              try {
                return Lab.inGuest(host, uuid, "/bin/cat", "/proc/sys/kernel/random/boot_id");
              } catch (AssertionError silent) {
                return before;
              }
            },
            id -> !id.equals(before));
  }

  /** The guest itself says that the nic with this MAC has the address that was reserved for it. */
  private static void awaitAddress(Lab.Host host, String uuid, JsonNode nic) {
    String mac = Api.text(nic, "/mac");
    String ip = Api.text(nic, "/ip");
    assertThat(ip).matches("10\\.\\d+\\.\\d+\\.\\d+");
    Awaitility.await(mac + " has " + ip)
        .atMost(SOON)
        .until(() -> addresses(host, uuid, mac).contains(ip));
  }

  private static List<String> addresses(Lab.Host host, String uuid, String mac) {
    JsonNode nics = Lab.agent(host, uuid, Map.of("execute", "guest-network-get-interfaces"));
    for (JsonNode nic : nics) {
      if (Api.text(nic, "/hardware-address").equalsIgnoreCase(mac)) {
        return nic.findValuesAsText("ip-address");
      }
    }
    return List.of();
  }
}
