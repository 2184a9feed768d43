package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances move between sites, running or not, and what fails leaves them where they were. */
@Tag("lab")
@SuppressWarnings({
  "SystemOut",
  "try"
}) // the pause is what a person wants; a sampler is held, not used
class MigrationTest {
  private static final String HERE = "alpha1";
  private static final String THERE = "beta1";
  private static final long DATA_MIB = 384;

  /** When a move is cancelled that is to have copied so much. */
  private static final long MOST_MIB = 160;

  private static final long MARKS_MIB = 64;
  private static final Duration ENDS = Duration.ofMinutes(3);

  private final Api api = new Api();
  private final Moves moves = new Moves(api);

  @Test
  void aRunningGuestMovesBothWaysAndMissesNothing() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests);
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        JsonNode there = moves.done(id, THERE, Map.of("mode", "LIVE"));
        assertOn(guests, id, THERE);
        Journal after = Journal.of(THERE, id);
        after.assertContinues(before);
        System.out.printf(
            "live to %s: %s, longest pause in the guest %d ms%n",
            THERE, there.at("/result/switchover"), after.longestPauseSince(before.lines().size()));
        moves.done(id, HERE, Map.of());
        Journal.of(HERE, id).assertContinues(after);
      }
      assertOn(guests, id, HERE);
    }
  }

  @Tag("long")
  @Test
  void anInstanceThatIsStoppedForItStartsThere() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests);
      Journal before = Journal.of(HERE, id);
      moves.done(id, THERE, Map.of("mode", "COLD", "graceSeconds", 20));
      assertOn(guests, id, THERE);
      Journal.of(THERE, id).assertContinues(before);
    }
  }

  @Test
  void aMoveThatIsCancelledLeavesTheGuestWhereItRuns() {
    try (Guests guests = new Guests(api);
        OwnerSampler sampler = new OwnerSampler(running(guests))) {
      String id = guests.only();
      Journal before = Journal.of(HERE, id);
      String job = moves.begin(id, THERE, Map.of());
      Awaitility.await("the copy")
          .pollInterval(Duration.ofMillis(50))
          .until(() -> api.job(job).map(seen -> Api.runs(seen, "copy-disks")).orElse(false));
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "not today"));
      JsonNode ended = api.ends(job, ENDS);
      if (Api.text(ended, "/state").equals("SUCCEEDED")) { // the cancel came too late
        assertOn(guests, id, THERE);
      } else {
        assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
        Orphans.removeKept(api, THERE, id);
        assertOn(guests, id, HERE);
        Journal.of(HERE, id).assertContinues(before);
      }
    }
  }

  @Test
  @Tag("long")
  void whatACancelledMoveHasCopiedIsNotSentAgain() {
    try (Guests guests = new Guests(api)) {
      Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
      String id = running(guests, disks);
      ResumeTest.fill(id, DATA_MIB);
      String job = moves.begin(id, THERE, Map.of("bandwidthMiBps", 20));
      Awaitility.await("a good part of the copy")
          .atMost(ENDS)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> wire(job) > MOST_MIB << 20);
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "not today"));
      JsonNode ended = api.ends(job, ENDS);
      assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("CANCELLED");
      assertThat(ended.path("undone").asBoolean()).describedAs("%s", ended).isTrue();
      assertThat(Lab.files(List.of("replica-" + id), "/var/lib/holdfast"))
          .hasSize(2)
          .allMatch(file -> file.startsWith(THERE) && file.endsWith(".kept"));

      long before = ResumeTest.sent();
      String retry =
          api.accepted(api.post("/v1/jobs/" + job + ":retry", Map.of("reason", "now"))).job();
      api.succeeds(retry);
      long crossed = (ResumeTest.sent() - before) >> 20;
      System.out.printf(
          "%d MiB of a cancelled move's disk, cancelled behind %d: %d MiB crossed for the retry%n",
          DATA_MIB, MOST_MIB, crossed);
      assertThat(crossed).isLessThan(DATA_MIB - MOST_MIB + MARKS_MIB);
      assertOn(guests, id, THERE);
    }
  }

  @Test
  void limitsAreChangedWhileItRuns() {
    try (Guests guests = new Guests(api)) {
      Map<String, ?> disks = Map.of("disks", List.of(Map.of("sizeGiB", 1), Map.of("sizeGiB", 1)));
      String id = running(guests, disks);
      ResumeTest.fill(id, DATA_MIB);
      Journal before = Journal.of(HERE, id);
      String job = moves.begin(id, THERE, Map.of("bandwidthMiBps", 1)); // some six minutes
      awaitStep(job, "copy-disks");
      limit(job, Map.of("bandwidthMiBps", 0));
      awaitStep(job, "create-volumes");
      limit(job, Map.of("bandwidthMiBps", 2)); // some half a minute for the guest's memory
      awaitStep(job, "switch-over");
      Awaitility.await("libvirt to be told")
          .atMost(Duration.ofSeconds(20))
          .until(() -> speed(id) == 2);
      limit(job, Map.of("bandwidthMiBps", 3, "maxDowntimeMs", 800));
      Awaitility.await("libvirt to be told while it sends")
          .atMost(Duration.ofSeconds(10))
          .until(() -> speed(id) == 3);
      assertThat(Lab.on(Lab.host(HERE), "virsh", "-q", "migrate-getmaxdowntime", id))
          .containsExactly("800");
      limit(job, Map.of("bandwidthMiBps", 0));
      api.succeeds(job);
      assertOn(guests, id, THERE);
      Journal.of(THERE, id).assertContinues(before);
    }
  }

  @Test
  void whereItCannotGoIsSaidBeforehand() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests);
      Api.Answer same = api.post("/v1/instances/" + id + ":migrate", Map.of("host", HERE));
      assertThat(same.status()).isEqualTo(422);
      assertThat(Api.text(same.body(), "/field")).isEqualTo("host");
      JsonNode plan = api.post("/v1/instances/" + id + ":migrate?dryRun=true", Map.of()).body();
      assertThat(plan.toString()).contains("ALREADY_THERE", "OTHER_SITE_WANTED");
      JsonNode there =
          api.post("/v1/instances/" + id + ":migrate?dryRun=true", Map.of("site", "beta")).body();
      assertThat(there.toString()).contains(THERE).doesNotContain("no-capacity");
      assertOn(guests, id, HERE);
    }
  }

  private void limit(String job, Map<String, ?> limits) {
    api.accepted(api.post("/v1/jobs/" + job + ":limit", limits));
  }

  private void awaitStep(String job, String step) {
    Awaitility.await(step)
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> api.job(job).map(seen -> hasBegun(seen, step)).orElse(false));
  }

  private static boolean hasBegun(JsonNode job, String step) {
    for (JsonNode each : job.path("steps")) {
      if (Api.text(each, "/name").equals(step)) {
        return !Api.text(each, "/state").equals("PENDING");
      }
    }
    return false;
  }

  /** MiB/s that libvirt sends the guest's memory with. */
  private static long speed(String id) {
    return Long.parseLong(
        Lab.on(Lab.host(HERE), "virsh", "-q", "migrate-getspeed", id).get(0).strip());
  }

  /** Bytes that the copy has sent so far, as the job says. */
  private long wire(String job) {
    return api.job(job)
        .map(seen -> seen.path("steps").findValue("wireBytes"))
        .map(JsonNode::asLong)
        .orElse(0L);
  }

  private String running(Guests guests) {
    return running(guests, Map.of());
  }

  private String running(Guests guests, Map<String, ?> more) {
    Api.Accepted made = guests.create(Guests.wanted(Guests.name("moves"), HERE, more));
    api.succeeds(made.job());
    return made.target();
  }

  private static void assertOn(Guests guests, String id, String host) {
    assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(host);
    assertThat(Lab.files(List.of("replica-" + id), "/var/lib/holdfast")).isEmpty();
  }
}
