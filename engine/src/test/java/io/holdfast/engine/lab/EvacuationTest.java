package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A host is emptied by the plan that was shown, whoever dies, and takes guests again afterwards.
 * {@code EVACUATED_GUESTS} says of how many; 3 unless told.
 */
@Tag("lab")
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
class EvacuationTest {
  private static final String HERE = "alpha1";
  private static final String THERE = "beta1";
  private static final int GUESTS =
      Integer.parseInt(System.getenv().getOrDefault("EVACUATED_GUESTS", "3"));
  private static final int MOVED_BEFORE_THE_KILL = GUESTS / 3;
  private static final Duration ENDS = Duration.ofMinutes(6);
  private static final String MAINTENANCE = "/v1/hosts/" + HERE + ":maintenance";
  private static final String EVACUATION = "/v1/hosts/" + HERE + "/evacuation";

  private final Api api = new Api();

  @Test
  void allGuestsLeaveAsPlannedWithAWorkerKilledInTheMiddle() {
    try (Guests guests = new Guests(api)) {
      List<String> ids = made(guests);
      Map<String, Journal> before = new HashMap<>();
      AttachedVolume volume = guests.volume(ids.get(0));
      KeptSnapshot snapshot = guests.snapshot(ids.get(0), Map.of());
      String written = volume.writeOut(HERE);
      ids.forEach(id -> before.put(id, Journal.of(HERE, id)));
      Map<String, ?> how = Map.of("site", "beta", "parallel", 2);
      JsonNode plan = api.post(MAINTENANCE + "?dryRun=true", how).body();
      assertThat(plan.path("problem").isNull()).describedAs("%s", plan).isTrue();
      assertThat(Api.text(plan, "/moves/0/instance")).isEqualTo(ids.get(GUESTS - 1)); // urgent
      try {
        long begin = System.nanoTime();
        String job = api.accepted(api.post(MAINTENANCE, how)).job();
        awaitMoved(MOVED_BEFORE_THE_KILL);
        Lab.kill("worker-" + HERE);
        Lab.start("worker-" + HERE);
        JsonNode ended = api.ends(job, ENDS);
        System.out.printf(
            "%d guests left %s in %d s, its worker killed after %d%n",
            GUESTS,
            HERE,
            Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
            MOVED_BEFORE_THE_KILL);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
        assertThat(places(api.get(EVACUATION).body())).isEqualTo(places(plan));
        assertEmpty();
        for (String id : ids) {
          assertThat(Api.text(guests.assertOneOf(id), "/host")).isEqualTo(THERE);
          Journal.of(THERE, id).assertContinues(Objects.requireNonNull(before.get(id)));
        }
        volume.assertOn(THERE);
        snapshot.assertOn(THERE);
        assertThat(volume.read(THERE)).isEqualTo(written);
      } finally {
        activate();
      }
      assertThat(state()).isEqualTo("ACTIVE");
    }
  }

  @Test
  void anInstanceWithoutAPlaceBlocksItAndIsLeftOutWhenAPersonSaysSo() {
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("stays"), HERE, Map.of()));
      api.succeeds(made.job());
      try {
        String job = api.accepted(api.post(MAINTENANCE, Map.of())).job(); // no other host is here
        JsonNode asks =
            Awaitility.await("the question")
                .atMost(ENDS)
                .until(
                    () -> api.get("/v1/jobs/" + job).body(),
                    seen -> Api.text(seen, "/state").equals("BLOCKED"));
        assertThat(asks.path("steps").findValuesAsText("code")).contains("evacuation-incomplete");
        JsonNode move = api.get(EVACUATION).body().at("/moves/0");
        assertThat(Api.text(move, "/state")).isEqualTo("REFUSED");
        assertThat(move.path("refusals").findValuesAsText("code")).contains("OTHER_SITE_WANTED");
        Map<String, ?> skip = Map.of("reason", "it may stay", "instance", made.target());
        assertThat(api.post("/v1/jobs/" + job + ":skip", skip).status()).isEqualTo(202);
        JsonNode ended = api.ends(job, ENDS);
        assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
        assertThat(Api.text(ended, "/result/left/0/why")).isEqualTo("it may stay");
        assertThat(state()).isEqualTo("MAINTENANCE");
        assertThat(Api.text(guests.assertOneOf(made.target()), "/host")).isEqualTo(HERE);
      } finally {
        activate();
      }
    }
  }

  /** All at once; the last one is the most urgent. */
  private List<String> made(Guests guests) {
    List<Api.Accepted> made = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      Map<String, ?> labels =
          i == GUESTS - 1 ? Map.of("labels", Map.of("priority", "10")) : Map.of();
      made.add(guests.create(Guests.wanted(Guests.name("leaves"), HERE, labels)));
    }
    made.forEach(each -> api.succeeds(each.job()));
    return made.stream().map(Api.Accepted::target).toList();
  }

  private void awaitMoved(int count) {
    Awaitility.await("some moves")
        .atMost(ENDS)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              List<String> states = new ArrayList<>();
              for (JsonNode move : api.get(EVACUATION).body().path("moves")) {
                states.add(Api.text(move, "/state"));
              }
              return states.stream().filter("MOVED"::equals).count() >= count;
            });
  }

  /** Instance and host of each move, in order. */
  private static List<String> places(JsonNode moves) {
    List<String> places = new ArrayList<>();
    for (JsonNode move : moves.path("moves")) {
      places.add(Api.text(move, "/instance") + " " + Api.text(move, "/host"));
    }
    assertThat(places).isNotEmpty();
    return places;
  }

  private void assertEmpty() {
    assertThat(state()).isEqualTo("MAINTENANCE");
    assertThat(Lab.virsh(Lab.host(HERE), "list", "--all", "--uuid"))
        .filteredOn(line -> !line.isBlank())
        .isEmpty();
    assertThat(api.get("/v1/hosts/" + HERE).body().path("reserved"))
        .allMatch(number -> number.asLong() == 0);
  }

  private String state() {
    return Api.text(api.get("/v1/hosts/" + HERE).body(), "/state");
  }

  /** Also after a test that failed, whose job may still hold the host. */
  private void activate() {
    JsonNode host = api.get("/v1/hosts/" + HERE).body();
    if (host.path("activeJob").isTextual()) {
      String job = Api.text(host, "/activeJob");
      api.post("/v1/jobs/" + job + ":cancel", Map.of("reason", "the test is over"));
      api.ends(job, ENDS);
    }
    api.succeeds(api.accepted(api.post("/v1/hosts/" + HERE + ":activate", Map.of())).job());
  }
}
