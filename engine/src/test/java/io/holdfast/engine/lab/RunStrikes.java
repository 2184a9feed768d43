package io.holdfast.engine.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Strikes a run in one step after the other. The next step is kept from beginning meanwhile, by a
 * lock on its row, so that a step which takes milliseconds is struck as well: after its effect, and
 * before anybody knows of it. A lock goes with a database that is killed, and is taken again.
 */
@SuppressWarnings("SystemOut") // what was struck when is what a person wants when it fails
final class RunStrikes {
  private final Api api;
  private final RecoveryPlans plan;
  private final String run;

  RunStrikes(Api api, RecoveryPlans plan, String run) {
    this.api = api;
    this.plan = plan;
    this.run = run;
  }

  /** {@code cells}: of one kind, in the order of their steps. */
  void all(List<RunCell> cells) {
    Gate before = null;
    try {
      for (RunCell cell : cells) {
        Gate behind = cell.follower().isEmpty() ? null : new Gate(cell);
        if (behind != null && behind.isThere()) {
          behind.shut();
        }
        close(before);
        before = behind;
        if (behind != null) {
          behind.shut();
        }
        String struck = StepWatch.await(() -> seen(cell), cell.stepOfJob());
        cell.victim().strike("");
        System.out.printf("%s (struck in %s; seed %d)%n", cell, struck, Seed.VALUE);
        if (behind != null && cell.victim() == RoundVictim.POSTGRES) {
          behind.again();
        }
      }
    } finally {
      close(before);
    }
  }

  private static void close(@Nullable Gate gate) {
    if (gate != null) {
      gate.hold.close();
    }
  }

  /** The job that has the step; one that asks meanwhile is told to go on. */
  private Optional<JsonNode> seen(RunCell cell) {
    Optional<JsonNode> seen = plan.goingOn(run);
    return cell.isOfTier() ? promotion().flatMap(api::job) : seen;
  }

  /** The job that recovers the run's one instance; empty until it is there. */
  private Optional<String> promotion() {
    try {
      String job = Api.text(api.get("/v1/runs/" + run).body(), "/instances/0/job");
      return job.isEmpty() || job.equals("null") ? Optional.empty() : Optional.of(job);
    } catch (UncheckedIOException away) {
      return Optional.empty(); // and is asked again
    }
  }

  /** The beginning of the step behind a cell's. */
  private final class Gate {
    private final RunCell cell;
    private final LedgerHold hold;
    private boolean shut;

    Gate(RunCell cell) {
      this.cell = cell;
      hold = LedgerHold.onBeginning(api, cell.follower());
    }

    private Optional<String> job() {
      return cell.isFollowedInTier() ? promotion() : Optional.of(run);
    }

    boolean isThere() {
      return job().isPresent();
    }

    void shut() {
      if (!shut) {
        String job =
            Awaitility.await("the job of " + cell.follower())
                .atMost(RecoveryPlans.ENDS)
                .until(this::job, Optional::isPresent)
                .orElseThrow();
        hold.shut(job);
        shut = true;
      }
    }

    void again() {
      hold.close();
      shut = false;
      shut();
    }
  }
}
