package io.holdfast.engine.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Strikes a run in one step after the other. The next step is kept from beginning meanwhile, so
 * that a step which takes milliseconds is struck as well: after its effect, before anybody knows of
 * it.
 */
@SuppressWarnings("SystemOut") // what was struck when is what a person wants when it fails
final class RunStrikes implements AutoCloseable {
  private final Api api;
  private final RecoveryPlans plan;
  private final List<RunCell> cells;
  private final StepGates gates;

  /** {@code cells}: of one kind of run, in the order of their steps. Before the run is begun. */
  RunStrikes(Api api, RecoveryPlans plan, List<RunCell> cells) {
    this.api = api;
    this.plan = plan;
    this.cells = cells;
    gates = new StepGates(cells.stream().map(RunCell::follower).collect(Collectors.toSet()));
  }

  void all(String run) {
    for (RunCell cell : cells) {
      String struck =
          cell.endsItsJob()
              ? awaitEnd(run, cell)
              : StepWatch.await(() -> seen(run, cell), cell.stepOfJob());
      cell.victim().strike("");
      System.out.printf("%s (struck in %s; seed %d)%n", cell, struck, Seed.VALUE);
      if (cell.victim() == RoundVictim.POSTGRES) {
        gates.again();
      }
      gates.open(cell.follower());
    }
  }

  @Override
  public void close() {
    gates.close();
  }

  /**
   * Waits until somebody is about to write the end of the cell's job, and its last step with it.
   */
  private String awaitEnd(String run, RunCell cell) {
    Awaitility.await("the " + cell.follower())
        .atMost(RecoveryPlans.ENDS)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              plan.goingOn(run);
              return gates.holdSomebody();
            });
    return cell.stepOfJob();
  }

  /** The job that has the step; one that asks meanwhile is told to go on. */
  private Optional<JsonNode> seen(String run, RunCell cell) {
    Optional<JsonNode> seen = plan.goingOn(run);
    return cell.isOfTier() ? promotion(run).flatMap(api::job).filter(RunStrikes::goesOn) : seen;
  }

  /** One that failed is followed by another, once a person has let the run go on. */
  private static boolean goesOn(JsonNode promotion) {
    return !Api.hasEnded(promotion) || Api.text(promotion, "/state").equals("SUCCEEDED");
  }

  /** The job that recovers the run's one instance; empty until it is there. */
  private Optional<String> promotion(String run) {
    try {
      String job = Api.text(api.get("/v1/runs/" + run).body(), "/instances/0/job");
      return job.isEmpty() || job.equals("null") ? Optional.empty() : Optional.of(job);
    } catch (UncheckedIOException away) {
      return Optional.empty(); // and is asked again
    }
  }
}
