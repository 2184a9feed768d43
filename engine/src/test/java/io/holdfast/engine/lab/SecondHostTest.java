package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What takes two hosts at one site: moves within it, and another target than the first one. */
@Tag("lab")
@Tag("long") // two more hosts come and go
@SuppressWarnings("try") // a sampler is held, not used
class SecondHostTest {
  private static final String HERE = "alpha1";
  private static final String BESIDE = "alpha2";
  private static final String FAR = "beta2";
  private static final String BURNS = FAR + " burns";
  private static final List<String> MORE = List.of(BESIDE, FAR);
  private static final Duration ENDS = Duration.ofMinutes(5);

  private final Api api = new Api();

  @BeforeAll
  static void twoHostsASite() {
    Lab.hostsPerSite(2);
  }

  @AfterAll
  static void oneHostASite() {
    Api api = new Api();
    for (String host : MORE) {
      Api.Answer removed = api.remove("/v1/hosts/" + host);
      assertThat(removed.status()).describedAs("%s", removed.body()).isEqualTo(204);
      Lab.stop("worker-" + host);
    }
    Lab.hostsPerSite(1);
  }

  /** Nobody says where to: within the site, since disks need not cross to another one. */
  @Test
  void aGuestMovesToTheOtherHostOfItsSite() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests, "beside");
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        Api.Answer move = api.post("/v1/instances/" + id + ":migrate", Map.of("mode", "LIVE"));
        api.succeeds(api.accepted(move).job());
      }
      assertOn(guests, id, BESIDE);
      Journal.of(BESIDE, id).assertContinues(before);
    }
  }

  /** What the copy has come to is given up with its target; the job goes on at another one. */
  @Test
  void aMoveGoesOnAtAnotherHostWhenItsTargetIsGone() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests, "goes-on");
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        String job = cutShort(id);
        Awaitility.await("the job to wait for " + FAR)
            .atMost(ENDS)
            .until(() -> waits(api.job(job).orElseThrow()));
        Map<String, ?> resume = Map.of("reason", BURNS, "patch", Map.of("host", BESIDE));
        api.accepted(api.post("/v1/jobs/" + job + ":resume", resume));
        JsonNode ended = api.ends(job, ENDS);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
        assertThat(ended.at("/result/leftovers").toString()).contains(FAR);
        Journal.of(BESIDE, id).assertContinues(before);
      } finally {
        Lab.powerOn(Lab.host(FAR));
      }
      takesItWhenItIsBack(guests, id, before);
    }
  }

  /** Nobody waits for a host that burns: what it has is left to it, and another one is taken. */
  @Test
  void anInstanceMovesToAnotherHostWhenItsTargetIsGone() {
    try (Guests guests = new Guests(api)) {
      String id = running(guests, "elsewhere");
      Journal before = Journal.of(HERE, id);
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        String job = cutShort(id);
        api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", BURNS));
        JsonNode ended = endWithout(job);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("CANCELLED");
        assertThat(ended.at("/result/leftovers").toString()).contains(BURNS);
        assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(HERE);
        Map<String, ?> beside = Map.of("host", BESIDE, "mode", "LIVE");
        api.succeeds(api.accepted(api.post("/v1/instances/" + id + ":migrate", beside)).job());
        Journal.of(BESIDE, id).assertContinues(before);
      } finally {
        Lab.powerOn(Lab.host(FAR));
      }
      takesItWhenItIsBack(guests, id, before);
    }
  }

  /** A move whose target loses its power while the disks are copied. */
  private String cutShort(String id) {
    Map<String, ?> slowly = Map.of("host", FAR, "mode", "LIVE", "bandwidthMiBps", 1);
    String job = api.accepted(api.post("/v1/instances/" + id + ":migrate", slowly)).job();
    StepWatch.await(() -> api.job(job), "copy-disks");
    Lab.powerOff(Lab.host(FAR));
    return job;
  }

  /** What was left at the host is found there, and in nobody's way. */
  private void takesItWhenItIsBack(Guests guests, String id, Journal before) {
    Orphans.remove(api, FAR, id);
    assertOn(guests, id, BESIDE);
    String migrate = "/v1/instances/" + id + ":migrate";
    Map<String, ?> back = Map.of("host", FAR);
    Awaitility.await("the ledger to hear of " + FAR)
        .atMost(ENDS)
        .until(
            () -> api.post(migrate + "?dryRun=true", back).body().toString(),
            plan -> !plan.contains("UNREACHABLE"));
    api.succeeds(api.accepted(api.post(migrate, back)).job());
    assertOn(guests, id, FAR);
    Journal.of(FAR, id).assertContinues(before);
  }

  private static boolean waits(JsonNode job) {
    return job.path("steps").findValuesAsText("state").contains("WAITING");
  }

  /** The end of a job whose undo waits for a host that does not come back: each is skipped. */
  private JsonNode endWithout(String job) {
    return Awaitility.await("the end without " + FAR)
        .atMost(ENDS)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              JsonNode seen = api.job(job).orElseThrow();
              if (waits(seen)) {
                api.post("/v1/jobs/" + job + ":skip", Map.of("reason", BURNS));
              }
              return seen;
            },
            Api::hasEnded);
  }

  /** Its guests stay at their site, also when the worker dies that takes them. */
  @Test
  void aHostIsEmptiedToTheOtherOneOfItsSite() {
    try (Guests guests = new Guests(api)) {
      String first = running(guests, "leaves");
      String second = running(guests, "leaves");
      Journal before = Journal.of(HERE, first);
      String maintenance = "/v1/hosts/" + HERE + ":maintenance";
      JsonNode plan = api.post(maintenance + "?dryRun=true", Map.of("parallel", 2)).body();
      assertThat(plan.path("moves"))
          .hasSize(2)
          .allMatch(move -> Api.text(move, "/host").equals(BESIDE));
      try {
        String job = api.accepted(api.post(maintenance, Map.of("parallel", 2))).job();
        StepWatch.await(() -> api.job(job), "move-instances");
        Lab.kill("worker-" + BESIDE);
        Lab.start("worker-" + BESIDE);
        api.succeeds(job);
        assertOn(guests, first, BESIDE);
        assertOn(guests, second, BESIDE);
        Journal.of(BESIDE, first).assertContinues(before);
      } finally {
        Api.Answer back = api.post("/v1/hosts/" + HERE + ":activate", Map.of());
        api.succeeds(api.accepted(back).job());
      }
    }
  }

  private String running(Guests guests, String name) {
    Api.Accepted made = guests.create(Guests.wanted(Guests.name(name), HERE, Map.of()));
    api.succeeds(made.job());
    return made.target();
  }

  private static void assertOn(Guests guests, String id, String host) {
    assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(host);
    assertThat(Lab.files(List.of("replica-" + id), "/var/lib/holdfast")).isEmpty();
  }
}
