package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Volumes and snapshots go where their instance goes, with what its guest wrote. */
@Tag("lab")
@SuppressWarnings("try") // a sampler is held, not used
class VolumeMoveTest {
  private static final String HERE = "alpha1";
  private static final String THERE = "beta1";
  private static final String FOLDER = "/var/lib/holdfast";
  private static final Duration ENDS = Duration.ofMinutes(4);
  private static final int MIB = 24;

  private final Api api = new Api();

  @Test
  void aVolumeMovesWithTheGuestThatRunsAndWithTheOneThatIsStopped() {
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("carries"), HERE, Map.of()));
      String id = made.target();
      api.succeeds(made.job());
      String volume = attached(id);
      String serial = Api.text(volume(volume), "/serial");
      String written = write(HERE, id, serial);
      Journal before = Journal.of(HERE, id);

      JsonNode plan =
          api.post("/v1/instances/" + id + ":migrate?dryRun=true", Map.of("host", THERE)).body();
      assertThat(plan.path("problem").isNull()).describedAs("%s", plan).isTrue();
      assertThat(plan.path("steps").findValuesAsText("detail"))
          .anyMatch(
              detail -> detail.startsWith("with volume " + Api.text(volume(volume), "/name")));

      try (OwnerSampler sampler = new OwnerSampler(id)) {
        moved(id, THERE, Map.of("mode", "LIVE"));
      }
      assertThere(guests, id, volume, THERE);
      Journal after = Journal.of(THERE, id);
      after.assertContinues(before);
      assertThat(read(THERE, id, serial)).isEqualTo(written);
      String again = write(THERE, id, serial);

      moved(id, HERE, Map.of("mode", "COLD", "graceSeconds", 20));
      assertThere(guests, id, volume, HERE);
      Journal.of(HERE, id).assertContinues(after);
      assertThat(read(HERE, id, serial)).isEqualTo(again);

      assertResizes(id, volume);
      api.delete(List.of(id));
      api.succeeds(api.accepted(api.remove("/v1/volumes/" + volume)).job());
      assertThat(Lab.files(List.of(volume), FOLDER)).isEmpty();
    }
  }

  @Test
  void aMoveThatIsCancelledLeavesTheVolumeWhereItWas() {
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("keeps"), HERE, Map.of()));
      String id = made.target();
      api.succeeds(made.job());
      String volume = attached(id);
      String serial = Api.text(volume(volume), "/serial");
      String written = write(HERE, id, serial);
      String job = migrate(id, THERE, Map.of("bandwidthMiBps", 1));
      Awaitility.await("the copy")
          .atMost(ENDS)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> api.job(job).map(seen -> Api.runs(seen, "copy-disks")).orElse(false));
      Api.Answer detach = api.post("/v1/volumes/" + volume + ":detach", Map.of());
      assertThat(Api.text(detach.body(), "/code")).isEqualTo("instance-busy");
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "not today"));
      JsonNode ended = api.ends(job, ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("CANCELLED");
      assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
      Orphans.removeKept(api, THERE, id);
      assertThere(guests, id, volume, HERE);
      assertThat(read(HERE, id, serial)).isEqualTo(written);
      api.delete(List.of(id));
      api.succeeds(api.accepted(api.remove("/v1/volumes/" + volume)).job());
    }
  }

  @Test
  void aSnapshotMovesWithItsGuestAndIsRestoredThere() {
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("recalls"), HERE, Map.of()));
      String id = made.target();
      api.succeeds(made.job());
      mark(HERE, id, "before");
      Api.Accepted taken = api.accepted(api.post("/v1/instances/" + id + ":snapshot", Map.of()));
      api.succeeds(taken.job());
      String snapshot = taken.target();
      mark(HERE, id, "after");

      moved(id, THERE, Map.of("mode", "LIVE"));
      assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(THERE);
      JsonNode shown = api.get("/v1/snapshots/" + snapshot).body();
      assertThat(Api.text(shown, "/host")).isEqualTo(THERE);
      assertThat(Api.text(shown, "/state")).isEqualTo("AVAILABLE");
      assertThat(Lab.files(List.of(snapshot), FOLDER))
          .hasSize(2)
          .allMatch(file -> file.startsWith(THERE + " "));
      assertThat(Lab.files(List.of("replica-" + id), FOLDER)).isEmpty();
      assertThat(VolumeLifeTest.inGuest(Lab.host(THERE), id, "cat /data/mark")).isEqualTo("after");

      api.succeeds(
          api.accepted(api.post("/v1/snapshots/" + snapshot + ":restore", Map.of("restart", true)))
              .job());
      Awaitility.await("the guest to read")
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(
              () -> VolumeLifeTest.inGuest(Lab.host(THERE), id, "cat /data/mark").equals("before"));
      moved(id, HERE, Map.of("mode", "COLD", "graceSeconds", 20));
      assertThat(Lab.files(List.of(snapshot), FOLDER))
          .hasSize(2)
          .allMatch(file -> file.startsWith(HERE + " "));
      api.succeeds(api.accepted(api.remove("/v1/snapshots/" + snapshot)).job());
      assertThat(Lab.files(List.of(snapshot), FOLDER)).isEmpty();
    }
  }

  private static void mark(String host, String id, String word) {
    VolumeLifeTest.inGuest(Lab.host(host), id, "echo " + word + " >/data/mark && sync");
  }

  private void assertThere(Guests guests, String id, String volume, String host) {
    assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(host);
    assertThat(Api.text(volume(volume), "/host")).isEqualTo(host);
    assertThat(Api.text(volume(volume), "/state")).isEqualTo("IN_USE");
    assertThat(Lab.files(List.of(volume), FOLDER))
        .singleElement()
        .asString()
        .startsWith(host + " ")
        .endsWith("/" + volume + ".qcow2");
    assertThat(Lab.files(List.of("replica-" + id), FOLDER)).isEmpty();
  }

  /** Its row, its claim and its disk are those of the host that it came back to. */
  private void assertResizes(String id, String volume) {
    Map<String, ?> size = Map.of("sizeGiB", 2);
    api.succeeds(api.accepted(api.post("/v1/volumes/" + volume + ":resize", size)).job());
    String serial = Api.text(volume(volume), "/serial");
    String device = VolumeLifeTest.device(Lab.host(HERE), id, serial);
    assertThat(VolumeLifeTest.inGuest(Lab.host(HERE), id, "cat /sys/block/" + device + "/size"))
        .isEqualTo(Long.toString((2L << 30) / 512));
  }

  private String attached(String instance) {
    Map<String, ?> wanted =
        Map.of("name", Guests.name("carried"), "sizeGiB", 1, "instance", instance);
    Api.Accepted made = api.accepted(api.post("/v1/volumes", wanted));
    api.succeeds(made.job());
    Map<String, ?> to = Map.of("instance", instance);
    api.succeeds(api.accepted(api.post("/v1/volumes/" + made.target() + ":attach", to)).job());
    return made.target();
  }

  /** Noise over the first part of the disk, some of it not written out yet; its checksum. */
  private static String write(String host, String id, String serial) {
    String device = VolumeLifeTest.device(Lab.host(host), id, serial);
    VolumeLifeTest.inGuest(
        Lab.host(host),
        id,
        "dd if=/dev/urandom of=/dev/%s bs=1M count=%d 2>/dev/null".formatted(device, MIB));
    return read(host, id, serial);
  }

  private static String read(String host, String id, String serial) {
    String device = VolumeLifeTest.device(Lab.host(host), id, serial);
    String sum =
        VolumeLifeTest.inGuest(
            Lab.host(host),
            id,
            "dd if=/dev/%s bs=1M count=%d 2>/dev/null | sha256sum".formatted(device, MIB));
    assertThat(sum).matches("[0-9a-f]{64} .*");
    return sum;
  }

  private JsonNode volume(String id) {
    return api.get("/v1/volumes/" + id).body();
  }

  private void moved(String id, String host, Map<String, ?> how) {
    JsonNode ended = api.ends(migrate(id, host, how), ENDS);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
  }

  private String migrate(String id, String host, Map<String, ?> how) {
    Map<String, Object> wanted = new HashMap<>(how);
    wanted.put("host", host);
    wanted.put("onFailure", "ROLLBACK");
    return api.accepted(api.post("/v1/instances/" + id + ":migrate", wanted)).job();
  }
}
