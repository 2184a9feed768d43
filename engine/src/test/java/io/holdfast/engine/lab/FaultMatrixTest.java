package io.holdfast.engine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every process that a job needs is killed, and its host cut off, in every step of a create and a
 * delete. Each job ends; nothing is left, there twice, or still reserved. FAULT_CELLS chooses cells
 * (see {@link FaultCell#chosen}); without it a random sample runs for a few minutes, whose seed
 * {@code HOLDFAST_SEED} or {@code -Dseed} sets.
 */
@Tag("lab")
@SuppressWarnings("SystemOut") // the seed is what a person needs to see it again
class FaultMatrixTest {
  private static final Duration SAMPLE = Duration.ofSeconds(60);
  private static final FaultReport REPORT = new FaultReport();

  private final Api api = new Api();

  @TestFactory
  Stream<DynamicTest> everyJobEndsAndNothingIsLeft() {
    FaultRun run = new FaultRun(api, "guest", quickImage());
    return cells().map(cell -> DynamicTest.dynamicTest(cell.name(), () -> check(run, cell)));
  }

  @AfterAll
  static void report() {
    REPORT.close();
  }

  private static Stream<FaultCell> cells() {
    System.out.printf("faults with seed %d%n", Seed.VALUE);
    String wanted = System.getenv("FAULT_CELLS");
    if (wanted != null) {
      return FaultCell.chosen(wanted, Seed.VALUE).stream();
    }
    long end = System.nanoTime() + SAMPLE.toNanos();
    return FaultCell.shuffled(Seed.VALUE).stream().takeWhile(cell -> System.nanoTime() < end);
  }

  private static void check(FaultRun run, FaultCell cell) {
    try {
      REPORT.passed(run.run(cell));
    } catch (Throwable failure) {
      REPORT.failed(cell, failure);
      throw failure;
    }
  }

  /** The name of a second image, of the same guest, that is not waited for. */
  private String quickImage() {
    String name = Guests.name("quick");
    Map<String, String> wanted = Map.of("name", name, "format", "qcow2", "readiness", "NONE");
    Api.Answer made = api.post("/v1/images", wanted);
    assertThat(made.status()).describedAs("%s", made.body()).isEqualTo(201);
    Path content = Path.of(Lab.variable("HOLDFAST_STATE"), "cache", "guest.qcow2");
    String address = "/v1/images/" + Api.text(made.body(), "/id") + "/content";
    api.succeeds(api.accepted(api.put(address, content)).job());
    return name;
  }
}
