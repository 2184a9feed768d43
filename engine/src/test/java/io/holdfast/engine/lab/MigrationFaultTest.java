package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever dies in any step of a live migration: the guest runs on, never on two hosts, and the job
 * ends with it, its volume and its snapshot at the target, after a person resumed it when it asked.
 * When the guest itself is lost with its host, the instance is off and whole where it was. A random
 * sample runs for about half a minute; {@code FAULT_CELLS=all} runs all, and patterns such as
 * {@code move/switch-over/*} a part. {@code HOLDFAST_SEED} repeats a run.
 */
@Tag("lab")
@SuppressWarnings({"SystemOut", "try"}) // the seed is for a person; a sampler is held, not used
class MigrationFaultTest {
  private static final Duration SAMPLE = Duration.ofSeconds(30);
  private static final Duration ENDS = Duration.ofMinutes(4);
  private static final int MOST_RESUMES = 5;
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final String THERE = ProtectedGuest.TARGET;

  /** What a live migration does nothing in. */
  private static final Set<String> OF_STOPPED_ONES =
      Set.of(Steps.STOP_DOMAIN, Steps.DEFINE_DOMAIN, Steps.START_DOMAIN);

  /** Whom the short sample hits; all others need minutes, or a guest of their own. */
  private static final Set<RoundVictim> SAMPLED =
      Set.of(RoundVictim.SOURCE_WORKER, RoundVictim.SOURCE_LIBVIRTD);

  private final Api api = new Api();
  private final Random random = new Random(Seed.VALUE);

  private record Cell(String step, RoundVictim victim) {
    /** {@code move/switch-over/source-worker}. */
    @Override
    public String toString() {
      return "move/" + step + "/" + victim.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @TestFactory
  Stream<DynamicTest> theGuestHasOneOwnerWhoeverDies() {
    List<Cell> cells = new ArrayList<>();
    for (String step : JobKind.MIGRATE_INSTANCE.steps()) {
      if (!OF_STOPPED_ONES.contains(step)) {
        for (RoundVictim victim : RoundVictim.values()) {
          cells.add(new Cell(step, victim));
        }
      }
    }
    Collections.shuffle(cells, random);
    long end = System.nanoTime() + SAMPLE.toNanos();
    String wanted = Objects.requireNonNullElse(System.getenv("FAULT_CELLS"), "");
    List<Cell> chosen =
        cells.stream().filter(cell -> FaultCell.isWanted(wanted, cell.toString())).toList();
    return (chosen.isEmpty() ? cells : chosen) // what is wanted may be of another matrix
        .stream()
            .filter(cell -> !chosen.isEmpty() || SAMPLED.contains(cell.victim()))
            .takeWhile(cell -> !chosen.isEmpty() || System.nanoTime() < end)
            .map(cell -> DynamicTest.dynamicTest(cell.toString(), () -> hasOneOwner(cell)));
  }

  private void hasOneOwner(Cell cell) {
    try (Guests guests = new Guests(api)) {
      Api.Accepted made = guests.create(Guests.wanted(Guests.name("moves"), HERE, Map.of()));
      api.succeeds(made.job());
      String id = made.target();
      AttachedVolume volume = guests.volume(id);
      KeptSnapshot snapshot = guests.snapshot(id, Map.of());
      String written = volume.writeOut(HERE);
      Journal before = Journal.of(HERE, id);
      JsonNode ended;
      try (OwnerSampler sampler = new OwnerSampler(id)) {
        String job = migrate(id);
        String struck = StepWatch.await(() -> api.job(job), cell.step());
        cell.victim().strike(id);
        ended = end(job);
        System.out.printf(
            "%-15s in %-16s (struck in %s): %s (seed %d)%n",
            cell.victim(), cell.step(), struck, Api.text(ended, "/state"), Seed.VALUE);
      }
      JsonNode shown = settled(id);
      String host = Api.text(shown, "/host");
      if (Api.text(ended, "/state").equals("SUCCEEDED")) {
        assertThat(host).isEqualTo(THERE);
      } else {
        assertThat(cell.victim().stopsTheGuest()).describedAs("%s", ended).isTrue();
        assertThat(host).isEqualTo(HERE);
        Orphans.removeKept(api, THERE, id);
      }
      if (Api.text(shown, "/state").equals("STOPPED")) {
        assertThat(mayStop(cell.victim())).describedAs("%s", ended).isTrue();
        String start = "/v1/instances/" + id + ":start";
        api.succeeds(api.accepted(api.post(start, Map.of())).job());
      }
      guests.assertOneOf(id);
      Journal.of(host, id).assertContinues(before);
      volume.assertOn(host);
      snapshot.assertOn(host);
      assertThat(volume.read(host)).isEqualTo(written);
      assertThat(Lab.files(List.of("replica-" + id, id + "-root.overlay"), "/var/lib/holdfast"))
          .isEmpty();
    }
  }

  private static boolean mayStop(RoundVictim victim) {
    return victim.stopsTheGuest() || victim == RoundVictim.TARGET_POWER; // it may have arrived
  }

  private String migrate(String id) {
    Map<String, ?> wanted = Map.of("host", THERE, "mode", "LIVE");
    return api.accepted(api.post("/v1/instances/" + id + ":migrate", wanted)).job();
  }

  /** The end of the job; a question is answered as a person would, who gives up a lost guest. */
  private JsonNode end(String job) {
    AtomicInteger resumed = new AtomicInteger();
    return Awaitility.await("the end of job " + job)
        .atMost(ENDS)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> {
              Optional<JsonNode> seen = api.job(job);
              seen.filter(each -> Api.text(each, "/state").equals("BLOCKED"))
                  .ifPresent(each -> answer(each, resumed));
              return seen;
            },
            seen -> seen.map(Api::hasEnded).orElse(false))
        .orElseThrow();
  }

  private void answer(JsonNode job, AtomicInteger resumed) {
    List<String> codes = job.path("steps").findValuesAsText("code");
    System.out.printf("blocked: %s%n", codes);
    boolean over = codes.contains("instance-ended") || resumed.incrementAndGet() > MOST_RESUMES;
    api.post(
        "/v1/jobs/" + Api.text(job, "/id") + (over ? ":abort" : ":resume"),
        Map.of("reason", "the fault is over"));
  }

  /** As it is, once it is seen again. */
  private JsonNode settled(String id) {
    return Awaitility.await("the instance to be shown as it is")
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> api.get("/v1/instances/" + id).body(),
            shown ->
                Api.text(shown, "/state")
                    .equals(Lab.guestProcesses(id).isEmpty() ? "STOPPED" : "ACTIVE"));
  }
}
