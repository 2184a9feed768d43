package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Whoever is killed in any step of any kind of run: the run ends COMPLETED, after a person resumed
 * it when it asked; what it moves runs at one site at a time and has all that it had written; and
 * nothing is left behind. A run meets one victim in each of its steps, so that as many runs as
 * there are victims meet every one in every step. One random cell of each kind of run takes some
 * six minutes; {@code FAULT_CELLS=all} runs all, and patterns such as {@code
 * failback/keep-copies/*} a part. {@code HOLDFAST_SEED} repeats a run.
 */
@Tag("lab")
@Tag("long")
@SuppressWarnings("try") // a sampler is held, not used
class RecoveryFaultTest {
  private static final String HERE = ProtectedGuest.SOURCE;
  private static final String THERE = ProtectedGuest.TARGET;

  private final Api api = new Api();

  @TestFactory
  Stream<DynamicTest> aRunEndsCompletedWhoeverIsKilled() {
    List<RunCell> cells = RunCell.all();
    String wanted = Objects.requireNonNullElse(System.getenv("FAULT_CELLS"), "");
    List<RunCell> chosen =
        cells.stream().filter(cell -> FaultCell.isWanted(wanted, cell.toString())).toList();
    return rows(chosen.isEmpty() ? oneOfEach(cells) : chosen) // what is wanted may be of another
        .map(row -> DynamicTest.dynamicTest(name(row), () -> completes(row)));
  }

  /** What one run meets, in the order of its steps. */
  private static Stream<List<RunCell>> rows(List<RunCell> cells) {
    return cells.stream()
        .collect(
            Collectors.groupingBy(
                cell -> Map.entry(cell.kind(), cell.turn()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values()
        .stream();
  }

  private static String name(List<RunCell> row) {
    return row.stream().map(RunCell::toString).collect(Collectors.joining(", "));
  }

  private static List<RunCell> oneOfEach(List<RunCell> cells) {
    List<RunCell> shuffled = new ArrayList<>(cells);
    Collections.shuffle(shuffled, new Random(Seed.VALUE));
    return Stream.of(RunCell.Kind.values())
        .flatMap(kind -> shuffled.stream().filter(cell -> cell.kind() == kind).limit(1))
        .toList();
  }

  private void completes(List<RunCell> row) {
    RunCell.Kind kind = row.get(0).kind();
    try (Guests guests = new Guests(api);
        ProtectedGuest guest = new ProtectedGuest(api, guests)) {
      guest.idle();
      RecoveryPlans plan = new RecoveryPlans(api, guest.instance());
      String before = prepared(kind, plan, guest, guests);
      Journal journal = Journal.of(host(before), before);
      JsonNode run;
      try (OwnerSampler sampler = new OwnerSampler(before)) {
        run = struck(row, plan);
        if (!rehearses(kind)) {
          promoted().forEach(sampler::also);
        }
      }
      String after = stands(kind, run, before);
      guests.adopt(after);
      JsonNode shown = guests.assertOneOf(after);
      assertThat(Api.text(shown, "/host")).isEqualTo(home(kind));
      Journal now = Journal.of(home(kind), after);
      if (kind != RunCell.Kind.DISASTER_RECOVERY) { // its point may be older
        now.assertContinues(journal);
      }
      if (kind == RunCell.Kind.TEST) {
        api.succeeds(plan.begin("cleanup", Map.of()));
      }
      assertNothingRunsBeside(after);
      plan.remove();
      release(guest);
    }
    assertThat(Orphans.on(api, HERE)).isEmpty();
    assertThat(Orphans.on(api, THERE)).isEmpty();
  }

  /** Brings the plan to where the run begins; the instance that is to be recovered then. */
  private String prepared(
      RunCell.Kind kind, RecoveryPlans plan, ProtectedGuest guest, Guests guests) {
    String instance = guest.instance();
    switch (kind) {
      case CLEANUP -> plan.completed(plan.begin("test", Map.of()));
      case REPROTECT -> instance = recovered(plan, "failover");
      case FAILBACK -> {
        instance = recovered(plan, "migrate");
        plan.completed(plan.begin("reprotect", Map.of()));
      }
      default -> {} // TEST, DRILL, DISASTER_RECOVERY, PLANNED_MIGRATION: as it is
    }
    guests.adopt(instance);
    return instance;
  }

  private static String recovered(RecoveryPlans plan, String verb) {
    return Api.text(plan.completed(plan.begin(verb, Map.of())), "/instances/0/instance");
  }

  /** The run, which was struck in its steps, and has completed; of a cleanup its job. */
  private JsonNode struck(List<RunCell> row, RecoveryPlans plan) {
    RunCell.Kind kind = row.get(0).kind();
    String job;
    try (RunStrikes strikes = new RunStrikes(api, plan, row)) {
      job = plan.begin(kind.verb(), Map.of());
      strikes.all(job);
    }
    JsonNode ended = plan.endsWithResumes(job);
    assertThat(Api.text(ended, "/state")).describedAs("%s", ended).isEqualTo("SUCCEEDED");
    return kind == RunCell.Kind.CLEANUP ? ended : plan.completed(job);
  }

  /** All that were ever made by a run, those that were undone as well. */
  private List<String> promoted() {
    JsonNode jobs = api.get("/v1/jobs?kind=PROMOTE_INSTANCE&limit=1000").body().path("items");
    return StreamSupport.stream(jobs.spliterator(), false)
        .map(job -> Api.text(job, "/target/id"))
        .toList();
  }

  private static boolean rehearses(RunCell.Kind kind) {
    return switch (kind) {
      case TEST, CLEANUP, DRILL -> true;
      default -> false;
    };
  }

  /** The instance that has the role after the run. */
  private static String stands(RunCell.Kind kind, JsonNode run, String before) {
    return rehearses(kind) || kind == RunCell.Kind.REPROTECT
        ? before
        : Api.text(run, "/instances/0/instance");
  }

  private static String home(RunCell.Kind kind) {
    return rehearses(kind) || kind == RunCell.Kind.FAILBACK ? HERE : THERE;
  }

  private String host(String instance) {
    return Api.text(api.get("/v1/instances/" + instance).body(), "/host");
  }

  /** Of all that were ever made: rehearsals, attempts that were undone, old copies. */
  private void assertNothingRunsBeside(String instance) {
    for (Lab.Host host : Lab.hosts()) {
      assertThat(Lab.virsh(host, "list", "--uuid"))
          .describedAs("running on %s", host.name())
          .allMatch(uuid -> uuid.equals(instance) || uuid.isBlank());
    }
  }

  /** What a reprotect keeps of lost writes is there until a person lets it go. */
  private void release(ProtectedGuest guest) {
    for (JsonNode point : guest.available()) {
      if (point.path("held").asBoolean()) {
        String path = "/v1/recovery-points/" + Api.text(point, "/id") + ":release";
        assertThat(api.post(path, Map.of()).status()).isEqualTo(200);
      }
    }
  }
}
