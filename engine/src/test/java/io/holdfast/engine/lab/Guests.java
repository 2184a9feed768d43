package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The instances of one test: made, and looked at on the hosts. Closing deletes them and looks for
 * what stayed: on the hosts, in libvirt, in the books.
 */
final class Guests implements AutoCloseable {
  private static final String[] KEPT_BY_LIBVIRT = {
    "/var/lib/libvirt", "/etc/libvirt", "/run/libvirt", "/var/log/libvirt"
  };

  private static final String[] OWNERSHIP = {"/var/lib/holdfast/ownership", "/run"};

  private static final String HALF_MADE = ".part";

  /**
   * What lies at another site is the group's, and the group's test looks for it; also what the next
   * round will take (a dot before the name).
   */
  private static final String REPLICA = "replica-";

  /** Whoever took one looks for it. */
  private static final String SNAPSHOT = "/snapshot-";

  private final Api api;
  private final List<String> networksBefore = Lab.networks();
  private final Set<String> ids = new ConcurrentSkipListSet<>();
  private final List<String> macs = new ArrayList<>();
  private final List<AttachedVolume> volumes = new ArrayList<>();
  private final List<KeptSnapshot> snapshots = new ArrayList<>();

  Guests(Api api) {
    this.api = api;
  }

  /** A name that no other run has. */
  static String name(String prefix) {
    return prefix + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }

  /** A small instance on a host; {@code more} adds fields or replaces them. */
  static Map<String, Object> wanted(String name, String host, Map<String, ?> more) {
    Map<String, Object> wanted = new HashMap<>();
    wanted.put("name", name);
    wanted.put("host", host);
    wanted.put("image", "guest");
    wanted.put("flavor", "tiny");
    wanted.put("networks", List.of("default"));
    wanted.putAll(more);
    return wanted;
  }

  Api.Accepted create(Map<String, ?> wanted) {
    return create(wanted, UUID.randomUUID().toString());
  }

  Api.Accepted create(Map<String, ?> wanted, String idempotencyKey) {
    Api.Accepted accepted = api.accepted(api.post("/v1/instances", wanted, idempotencyKey));
    ids.add(accepted.target());
    return accepted;
  }

  /** The id of the one that was made. */
  String only() {
    assertThat(ids).hasSize(1);
    return ids.iterator().next();
  }

  /** One that another call made is this test's, too. */
  void adopt(String id) {
    ids.add(id);
  }

  /** A volume that one of them has. */
  AttachedVolume volume(String instance) {
    AttachedVolume made = AttachedVolume.of(api, instance);
    volumes.add(made);
    return made;
  }

  /** A snapshot of one of them; {@code wanted}: what is asked for besides. */
  KeptSnapshot snapshot(String instance, Map<String, ?> wanted) {
    Api.Accepted taking = api.accepted(api.post("/v1/instances/" + instance + ":snapshot", wanted));
    KeptSnapshot taken = keep(taking.target());
    api.succeeds(taking.job());
    return taken;
  }

  /** A snapshot that another call made is removed with the rest, when it is still there. */
  KeptSnapshot keep(String snapshot) {
    KeptSnapshot kept = new KeptSnapshot(api, snapshot);
    snapshots.add(kept);
    return kept;
  }

  /** Makes an instance of what a recovery point has. */
  Api.Accepted restore(String point, Map<String, ?> wanted) {
    Api.Answer answer = api.post("/v1/recovery-points/" + point + ":restore", wanted);
    Api.Accepted accepted = api.accepted(answer);
    ids.add(accepted.target());
    return accepted;
  }

  /** The instance, which is there exactly once: one domain, one QEMU, one set of volumes. */
  JsonNode assertOneOf(String id) {
    JsonNode instance = api.get("/v1/instances/" + id).body();
    String uuid = Api.text(instance, "/uuid");
    String host = Api.text(instance, "/host");
    assertThat(Api.text(instance, "/state")).isEqualTo("ACTIVE");
    assertThat(Lab.domains(uuid)).containsExactly(host + " " + uuid);
    assertThat(Lab.guestProcesses(uuid)).hasSize(1);
    assertThat(Lab.volumes(List.of(id)))
        .filteredOn(volume -> !volume.contains(REPLICA) && !volume.contains(SNAPSHOT))
        .allMatch(volume -> volume.startsWith(host + " "))
        .extracting(volume -> volume.substring(volume.lastIndexOf('/') + 1))
        .contains(id + "-root.qcow2", id + "-seed.iso")
        .doesNotHaveDuplicates()
        .hasSize(ownDisks(instance) + 1);
    instance.path("nics").forEach(nic -> macs.add(Api.text(nic, "/mac")));
    return instance;
  }

  /** Volumes that it has are files of other names. */
  private static int ownDisks(JsonNode instance) {
    int own = 0;
    for (JsonNode disk : instance.path("disks")) {
      own += disk.path("volume").isTextual() ? 0 : 1;
    }
    return own;
  }

  @Override
  public void close() {
    api.delete(List.copyOf(ids));
    volumes.forEach(AttachedVolume::remove);
    snapshots.stream().filter(KeptSnapshot::isThere).forEach(KeptSnapshot::remove);
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    for (String id : ids) {
      assertThat(Lab.domains(id)).isEmpty();
      assertThat(Lab.guestProcesses(id)).isEmpty();
      assertThat(api.get("/v1/instances/" + id).status()).isEqualTo(404);
    }
    assertThat(Lab.volumes(List.copyOf(ids))).isEmpty();
    assertThat(Lab.files(List.copyOf(ids), KEPT_BY_LIBVIRT)).isEmpty();
    assertThat(Lab.files(List.copyOf(ids), OWNERSHIP)).isEmpty();
    assertThat(Lab.volumes(List.of(HALF_MADE))).isEmpty();
    if (!macs.isEmpty()) {
      assertThat(Lab.leases(macs)).isEmpty();
    }
    assertThat(Lab.networks()).isEqualTo(networksBefore);
    assertNothingIsReserved();
  }

  private void assertNothingIsReserved() {
    for (JsonNode host : api.get("/v1/hosts").body().path("items")) {
      assertThat(host.path("reserved"))
          .describedAs("reserved on %s", Api.text(host, "/name"))
          .allMatch(number -> number.asLong() == 0);
    }
  }
}
