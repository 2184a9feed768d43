package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
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

  private final Api api = new Api();
  private final Moves moves = new Moves(api);

  @Test
  void aVolumeMovesWithTheGuestThatRunsAndWithTheOneThatIsStopped() {
    try (Guests guests = new Guests(api)) {
      String id = made(guests);
      AttachedVolume volume = guests.volume(id);
      String written = volume.write(HERE);
      Journal before = Journal.of(HERE, id);

      JsonNode plan =
          api.post("/v1/instances/" + id + ":migrate?dryRun=true", Map.of("host", THERE)).body();
      assertThat(plan.path("problem").isNull()).describedAs("%s", plan).isTrue();
      assertThat(plan.path("steps").findValuesAsText("detail"))
          .anyMatch(
              detail -> detail.startsWith("with volume " + Api.text(volume.shown(), "/name")));

      try (OwnerSampler sampler = new OwnerSampler(id)) {
        moves.done(id, THERE, Map.of("mode", "LIVE"));
      }
      assertThere(guests, id, volume, THERE);
      Journal after = Journal.of(THERE, id);
      after.assertContinues(before);
      assertThat(volume.read(THERE)).isEqualTo(written);
      String again = volume.write(THERE);

      moves.done(id, HERE, Map.of("mode", "COLD", "graceSeconds", 20));
      assertThere(guests, id, volume, HERE);
      Journal.of(HERE, id).assertContinues(after);
      assertThat(volume.read(HERE)).isEqualTo(again);
      assertResizes(volume);
    }
  }

  @Test
  @Tag("long")
  void aMoveThatIsCancelledLeavesTheVolumeWhereItWas() {
    try (Guests guests = new Guests(api)) {
      String id = made(guests);
      AttachedVolume volume = guests.volume(id);
      String written = volume.write(HERE);
      String job = moves.begin(id, THERE, Map.of("bandwidthMiBps", 1));
      Awaitility.await("the copy")
          .atMost(ENDS)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> api.job(job).map(seen -> Api.runs(seen, "copy-disks")).orElse(false));
      Api.Answer detach = api.post("/v1/volumes/" + volume.id() + ":detach", Map.of());
      assertThat(Api.text(detach.body(), "/code")).isEqualTo("instance-busy");
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "not today"));
      JsonNode ended = api.ends(job, ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("CANCELLED");
      assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
      Orphans.removeKept(api, THERE, id);
      assertThere(guests, id, volume, HERE);
      assertThat(volume.read(HERE)).isEqualTo(written);
    }
  }

  @Test
  void aSnapshotWithMemoryMovesWithItsGuestWhichGoesOnThereFromIt() {
    try (Guests guests = new Guests(api)) {
      String id = made(guests);
      mark(HERE, id, "before");
      String boot = boot(HERE, id);
      KeptSnapshot snapshot = guests.snapshot(id, Map.of("memory", true));
      mark(HERE, id, "after");

      moves.done(id, THERE, Map.of("mode", "LIVE"));
      assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(THERE);
      snapshot.assertOn(THERE);
      assertThat(Lab.files(List.of("replica-" + id), FOLDER)).isEmpty();
      assertThat(VolumeLifeTest.inGuest(Lab.host(THERE), id, "cat /data/mark")).isEqualTo("after");

      snapshot.restore(Map.of("restart", true));
      Awaitility.await("the guest to read")
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(
              () -> VolumeLifeTest.inGuest(Lab.host(THERE), id, "cat /data/mark").equals("before"));
      assertThat(boot(THERE, id)).isEqualTo(boot);
      moves.done(id, HERE, Map.of("mode", "COLD", "graceSeconds", 20));
      snapshot.assertOn(HERE);
    }
  }

  private String made(Guests guests) {
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("carries"), HERE, Map.of()));
    api.succeeds(made.job());
    return made.target();
  }

  private static String boot(String host, String id) {
    return VolumeLifeTest.inGuest(Lab.host(host), id, "cat /proc/sys/kernel/random/boot_id");
  }

  private static void mark(String host, String id, String word) {
    VolumeLifeTest.inGuest(Lab.host(host), id, "echo " + word + " >/data/mark && sync");
  }

  private static void assertThere(Guests guests, String id, AttachedVolume volume, String host) {
    assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(host);
    volume.assertOn(host);
    assertThat(Lab.files(List.of("replica-" + id), FOLDER)).isEmpty();
  }

  /** Its row, its claim and its disk are those of the host that it came back to. */
  private void assertResizes(AttachedVolume volume) {
    String path = "/v1/volumes/" + volume.id() + ":resize";
    api.succeeds(api.accepted(api.post(path, Map.of("sizeGiB", 2))).job());
    assertThat(volume.size(HERE)).isEqualTo(2L << 30);
  }
}
