import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/** An instance that the engine made: when it was asked for, and the job's own record of the time. */
record Created(Instant requested, JsonNode job) {
  String id() {
    return job.path("target").path("id").asText();
  }

  Instant running() {
    for (JsonNode step : job.path("steps")) {
      if (step.path("name").asText().equals("start-domain")) {
        return Instant.parse(step.path("endedAt").asText());
      }
    }
    throw new IllegalStateException("No step start-domain in " + job);
  }

  double secondsToRunning() {
    return seconds(requested, running());
  }

  /** The steps up to running, then what follows until the job has ended. */
  void addSteps(Map<String, Samples> steps) {
    Instant accepted = Instant.parse(job.path("createdAt").asText());
    add(steps, "until the job is accepted", requested, accepted);
    Instant before = accepted;
    for (JsonNode step : job.path("steps")) {
      if (step.path("state").asText().equals("SUCCEEDED")) {
        Instant started = Instant.parse(step.path("startedAt").asText());
        if (before == accepted) {
          add(steps, "until the first step", accepted, started);
        }
        before = Instant.parse(step.path("endedAt").asText());
        add(steps, step.path("name").asText(), started, before);
      }
    }
    add(steps, "until the job has ended", before, Instant.parse(job.path("endedAt").asText()));
  }

  static double seconds(Instant from, Instant to) {
    return (to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
  }

  private static void add(Map<String, Samples> steps, String step, Instant from, Instant to) {
    steps.computeIfAbsent(step, s -> new Samples()).add(seconds(from, to));
  }
}
