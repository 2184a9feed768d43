import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link Provision} measured: a table, and a result to keep. */
final class ProvisionReport {
  private static final double ADDED_TARGET = 0.4;
  private static final double RATIO_TARGET = 0.76;

  private final int atOnce;
  private int pairs;
  private int rounds;
  private final Samples engineOne = new Samples();
  private final Samples rawOne = new Samples();
  private final Samples engineMany = new Samples();
  private final Samples rawMany = new Samples();
  private final Map<String, Samples> stepsOfOne = new LinkedHashMap<>();
  private final Map<String, Samples> stepsOfMany = new LinkedHashMap<>();

  ProvisionReport(int atOnce) {
    this.atOnce = atOnce;
  }

  void one(Created created, double rawSeconds) {
    pairs++;
    engineOne.add(created.secondsToRunning());
    created.addSteps(stepsOfOne);
    rawOne.add(rawSeconds);
  }

  /** From the first request to the last start. */
  void many(List<Created> all, double rawSeconds) {
    rounds++;
    Instant first = all.stream().map(Created::requested).min(Instant::compareTo).orElseThrow();
    Instant last = all.stream().map(Created::running).max(Instant::compareTo).orElseThrow();
    engineMany.add(Created.seconds(first, last));
    all.forEach(each -> each.addSteps(stepsOfMany));
    rawMany.add(rawSeconds);
  }

  void print(PrintStream out) {
    double added = engineOne.p50() - rawOne.p50();
    double ratio = engineMany.p50() / rawMany.p50();
    out.printf("%nprovision: %d pairs, then %d rounds of %d; seconds%n%n", pairs, rounds, atOnce);
    out.printf("%-34s %7s %7s%n", "one, from the request to running", "P50", "P95");
    line(out, "  engine", engineOne.p50(), engineOne.p95());
    line(out, "  raw: qemu-img, virsh", rawOne.p50(), rawOne.p95());
    line(out, "  added", added, engineOne.p95() - rawOne.p95());
    out.printf(
        "  target: P50 at most %.2f added: %s%n%n",
        ADDED_TARGET, Samples.met(added <= ADDED_TARGET));
    out.printf("%-34s %7s   %s%n", atOnce + " instances", "P50", "rounds");
    out.printf(
        "%-34s %7.2f   %s%n", "  engine, at once", engineMany.p50(), engineMany.all("%.2f"));
    out.printf("%-34s %7.2f   %s%n", "  raw, in sequence", rawMany.p50(), rawMany.all("%.2f"));
    out.printf("%-34s %7.2f%n", "  engine / raw", ratio);
    out.printf(
        "  target: at most %.2f: %s%n%n", RATIO_TARGET, Samples.met(ratio <= RATIO_TARGET));
    printSteps(out);
  }

  private void printSteps(PrintStream out) {
    out.printf(
        "%-34s %7s %7s   %s%n",
        "where the engine's time goes", "P50", "P95", "of " + atOnce + ": P50, P95");
    stepsOfOne.forEach(
        (step, times) -> {
          Samples many = stepsOfMany.get(step);
          out.printf(
              "%-34s %7.3f %7.3f   %7.3f %7.3f%n",
              "  " + step, times.p50(), times.p95(), many.p50(), many.p95());
        });
  }

  private static void line(PrintStream out, String name, double p50, double p95) {
    out.printf("%-34s %7.2f %7.2f%n", name, p50, p95);
  }

  ObjectNode json() {
    ObjectNode result = Samples.result();
    result.put("pairs", pairs).put("atOnce", atOnce).put("rounds", rounds);
    ObjectNode one = result.putObject("oneToRunningSeconds");
    one.set("engine", engineOne.json());
    one.set("raw", rawOne.json());
    one.put("addedP50", Samples.rounded(engineOne.p50() - rawOne.p50()));
    one.put("addedP95", Samples.rounded(engineOne.p95() - rawOne.p95()));
    one.put("addedP50Target", ADDED_TARGET);
    ObjectNode many = result.putObject("manySeconds");
    many.set("engineAtOnce", engineMany.json());
    many.set("rawInSequence", rawMany.json());
    many.put("ratio", Samples.rounded(engineMany.p50() / rawMany.p50()));
    many.put("ratioTarget", RATIO_TARGET);
    steps(result.putObject("stepSecondsOfOne"), stepsOfOne);
    steps(result.putObject("stepSecondsOfMany"), stepsOfMany);
    return result;
  }

  private static void steps(ObjectNode into, Map<String, Samples> steps) {
    steps.forEach((step, times) -> into.set(step, times.json()));
  }
}
