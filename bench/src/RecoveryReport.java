import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link Recovery} measured: a table, and a result to keep. */
final class RecoveryReport {
  private static final double TARGET = 1.3;

  private final int guests;
  private final Samples ours = new Samples();
  private final Samples raw = new Samples();
  private final Map<String, Samples> steps = new LinkedHashMap<>();

  RecoveryReport(int guests) {
    this.guests = guests;
  }

  /** {@code all}: the steps of all guests. */
  void ours(Rehearsed.Rehearsal test, List<JsonNode> all) {
    ours.add(test.seconds());
    for (JsonNode step : all) {
      if (step.path("state").asText().equals("SUCCEEDED")) {
        Instant started = Instant.parse(step.path("startedAt").asText());
        Instant ended = Instant.parse(step.path("endedAt").asText());
        steps
            .computeIfAbsent(step.path("name").asText(), name -> new Samples())
            .add(Created.seconds(started, ended));
      }
    }
  }

  void raw(double seconds) {
    raw.add(seconds);
  }

  private double ratio() {
    return ours.p50() / raw.p50();
  }

  void print(PrintStream out) {
    out.printf("%n%-46s %7s   %s%n", guests + " guests, seconds", "P50", "rounds");
    line(out, "  holdfast: from the trigger to the last probe", ours);
    line(out, "  libvirt directly: to the last agent's answer", raw);
    out.printf("%-46s %7.2f   target: at most %.1f: %s%n%n", "  holdfast / libvirt", ratio(), TARGET, Samples.met(ratio() <= TARGET));
    out.printf("%-46s %7s %7s%n", "where a guest's time goes", "P50", "P95");
    steps.forEach((step, seconds) -> out.printf("%-46s %7.2f %7.2f%n", "  " + step, seconds.p50(), seconds.p95()));
  }

  private static void line(PrintStream out, String name, Samples seconds) {
    out.printf("%-46s %7.1f   %s%n", name, seconds.p50(), seconds.all("%.1f"));
  }

  ObjectNode json() {
    ObjectNode result = Samples.result().put("guests", guests);
    result.set("holdfastSeconds", ours.json());
    result.set("libvirtSeconds", raw.json());
    result.put("ratio", Samples.rounded(ratio())).put("ratioTarget", TARGET);
    ObjectNode each = result.putObject("stepSecondsOfAGuest");
    steps.forEach((step, seconds) -> each.set(step, seconds.json()));
    return result;
  }
}
