package io.holdfast.engine.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Sees from outside how far a job is. */
final class StepWatch {
  private static final Duration COMES = Duration.ofMinutes(4);

  private StepWatch() {}

  /**
   * Waits until the step runs or has run; the step that then runs, else the job's state.
   *
   * @param job asks for it; empty while it is not there
   */
  static String await(Callable<Optional<JsonNode>> job, String step) {
    return Awaitility.await(step)
        .atMost(COMES)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> job.call().flatMap(seen -> reached(seen, step)), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<String> reached(JsonNode job, String step) {
    String runs = Api.text(job, "/state");
    boolean begun = Api.hasEnded(job);
    for (JsonNode each : job.path("steps")) {
      String state = Api.text(each, "/state");
      if (state.equals("RUNNING")) {
        runs = Api.text(each, "/name");
      }
      if (Api.text(each, "/name").equals(step)) {
        begun |= !state.equals("PENDING");
      }
    }
    return begun ? Optional.of(runs) : Optional.empty();
  }
}
