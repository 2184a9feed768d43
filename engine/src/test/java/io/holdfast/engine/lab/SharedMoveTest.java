package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Instances move between hosts that share their disks: nothing is copied, and whoever loses keeps
 * no name of them while the winner's stay whole.
 */
@Tag("lab")
@SuppressWarnings({"SystemOut", "try"}) // what a person wants; a sampler is held, not used
class SharedMoveTest {
  private static final String HERE = "alpha1";
  private static final String THERE = "beta1";
  private static final String POOLS = "/var/lib/holdfast/pools";
  private static final Duration ENDS = Duration.ofMinutes(3);

  private final Api api = new Api();
  private final Moves moves = new Moves(api);

  @Test
  void nothingIsCopiedOfAGuestThatRunsNorOfOneThatIsStopped() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests);
      JsonNode plan =
          api.post("/v1/instances/" + id + ":migrate?dryRun=true", Map.of("host", THERE)).body();
      assertThat(plan.path("problem").isNull()).describedAs("%s", plan).isTrue();
      assertThat(plan.at("/placement/shared").asBoolean()).describedAs("%s", plan).isTrue();
      assertThat(plan.path("steps").findValuesAsText("detail"))
          .anyMatch(detail -> detail.startsWith("0 bytes"));
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        JsonNode there = moves.done(id, THERE, Map.of("mode", "LIVE"));
        assertOn(guests, id, THERE);
        assertThat(there.at("/result/switchover/diskBytes").asLong(-1)).isZero();
        Journal after = Journal.of(THERE, id);
        after.assertContinues(before);
        System.out.printf(
            "live over shared storage: %s, longest pause in the guest %d ms%n",
            there.at("/result/switchover"), after.longestPauseSince(before.lines().size()));
        moves.done(id, HERE, Map.of("mode", "COLD", "graceSeconds", 20));
        Journal.of(HERE, id).assertContinues(after);
      }
      assertOn(guests, id, HERE);
    }
  }

  @Test
  @Tag("long")
  void aMoveThatIsCancelledMidwayLeavesTheDisksToTheirHost() {
    try (Guests guests = new Guests(api);
        OwnerSampler sampler = new OwnerSampler(running(guests))) {
      String id = guests.only();
      Journal before = Journal.of(HERE, id);
      String job = moves.begin(id, THERE, Map.of("bandwidthMiBps", 1)); // for a minute and more
      awaitSwitchover(job);
      assertThat(Lab.files(List.of(id), POOLS)).anyMatch(file -> file.startsWith(THERE + " "));
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "not today"));
      JsonNode ended = api.ends(job, ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("CANCELLED");
      assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
      awaitActive(id);
      assertOn(guests, id, HERE);
      Journal.of(HERE, id).assertContinues(before);
    }
  }

  @Test
  void aWorkerThatDiesInTheSwitchoverLosesNeitherTheGuestNorItsVolume() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests);
      AttachedVolume volume = guests.volume(id); // made beside the disks
      String written = volume.write(HERE);
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        String job = moves.begin(id, THERE, Map.of("bandwidthMiBps", 12)); // for some seconds
        awaitSwitchover(job);
        Lab.kill("worker-" + HERE);
        Lab.start("worker-" + HERE);
        JsonNode ended = api.ends(job, ENDS);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
      }
      assertOn(guests, id, THERE);
      volume.assertOn(THERE);
      assertThat(Api.text(volume.shown(), "/pool")).isEqualTo("shared");
      Journal.of(THERE, id).assertContinues(before);
      assertThat(volume.read(THERE)).isEqualTo(written);
    }
  }

  /** Its host saw it stand still while its memory went, and looks again within two seconds. */
  private void awaitActive(String id) {
    Awaitility.await("the host to say that it runs on")
        .atMost(Duration.ofSeconds(20))
        .until(() -> Api.text(api.get("/v1/instances/" + id).body(), "/state").equals("ACTIVE"));
  }

  private void awaitSwitchover(String job) {
    Awaitility.await("the switchover")
        .atMost(ENDS)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> api.job(job).map(seen -> Api.runs(seen, "switch-over")).orElse(false));
  }

  private String running(Guests guests) {
    Map<String, ?> more = Map.of("pool", "shared");
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("shares"), HERE, more));
    api.succeeds(made.job());
    return made.target();
  }

  /** It runs there alone, the other host has no name of its files, and each has one name. */
  private static void assertOn(Guests guests, String id, String host) {
    assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(host);
    assertThat(Lab.files(List.of(id), POOLS))
        .hasSize(2)
        .allMatch(file -> file.startsWith(host + " " + POOLS + "/shared/" + host + "/"));
  }
}
