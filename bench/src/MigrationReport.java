import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Moves of both, beside what was aimed at. */
final class MigrationReport {
  private static final double TOTAL = 1.2;
  private static final double CUT = 0.6;
  private static final double PAUSE = 1.2;
  private static final double WORTH_A_LINE = 0.1;

  private final Samples virsh = new Samples();
  private final Samples virshPause = new Samples();
  private final Samples standing = new Samples();
  private final Samples standingPause = new Samples();
  private final Samples ours = new Samples();
  private final Samples oursPause = new Samples();
  private final Map<String, Samples> steps = new LinkedHashMap<>();
  private final Map<String, Samples> stepsCut = new LinkedHashMap<>();
  private final Samples virshCut = new Samples();
  private final Samples oursCut = new Samples();
  private final Samples outages = new Samples();

  void virsh(Moved.Move move) {
    virsh.add(move.seconds());
    virshPause.add(move.standsStill());
  }

  /** Of virsh without --live, which is how an emulated guest has to go. */
  void standing(Moved.Move move) {
    standing.add(move.seconds());
    standingPause.add(move.standsStill());
  }

  void ours(Moved.Move move) {
    ours.add(move.seconds());
    oursPause.add(move.standsStill());
    move.steps().forEach((step, seconds) -> steps.computeIfAbsent(step, any -> new Samples()).add(seconds));
  }

  void virshCut(double seconds, double outage) {
    virshCut.add(seconds);
    outages.add(outage);
  }

  void oursCut(Moved.Move move, double outage) {
    oursCut.add(move.seconds() - outage);
    outages.add(outage);
    move.steps().forEach((step, seconds) -> stepsCut.computeIfAbsent(step, any -> new Samples()).add(seconds));
  }

  void print(PrintStream out) {
    out.printf("%n%-34s %10s %10s   %s%n", "4 GiB with 1 GiB of data, seconds", "move", "pause", "all moves");
    line(out, "holdfast", ours, oursPause);
    steps(out, steps);
    line(out, "virsh --live", virsh, virshPause);
    line(out, "virsh without --live", standing, standingPause);
    out.printf("move, of virsh --live: %.2f (at most %.1f: %s)%n", total(), TOTAL, Samples.met(total() <= TOTAL));
    out.printf("pause, of virsh --live: %.2f (at most %.1f: %s); of virsh without: %.2f%n", pause(), PAUSE, Samples.met(pause() <= PAUSE), oursPause.p50() / standingPause.p50());
    if (cut() >= 0) {
      out.printf(
          "cable pulled at half of the copy (%s s, not counted): holdfast %.1f s, virsh twice %.1f s: %.2f (at most %.1f: %s)%n",
          outages.all("%.0f"), oursCut.p50(), virshCut.p50(), cut(), CUT, Samples.met(cut() <= CUT));
      steps(out, stepsCut);
    }
  }

  private static void steps(PrintStream out, Map<String, Samples> steps) {
    steps.forEach(
        (step, seconds) -> {
          if (seconds.p50() >= WORTH_A_LINE) {
            out.printf("%-34s %10.2f %10s   %s%n", "  " + step, seconds.p50(), "", seconds.all("%.1f"));
          }
        });
  }

  private static void line(PrintStream out, String who, Samples moves, Samples pauses) {
    out.printf("%-34s %10.2f %10.3f   %s%n", who, moves.p50(), pauses.p50(), moves.all("%.1f"));
  }

  private double total() {
    return ours.p50() / virsh.p50();
  }

  private double pause() {
    return oursPause.p50() / virshPause.p50();
  }

  /** Less than 0: nothing was cut. */
  private double cut() {
    return oursCut.isEmpty() ? -1 : oursCut.p50() / virshCut.p50();
  }

  ObjectNode json() {
    ObjectNode json = Samples.result();
    json.set("holdfast", ours.json());
    json.set("holdfastPause", oursPause.json());
    ObjectNode each = json.putObject("steps");
    steps.forEach((step, seconds) -> each.set(step, seconds.json()));
    json.set("virshLive", virsh.json());
    json.set("virshLivePause", virshPause.json());
    json.set("virsh", standing.json());
    json.set("virshPause", standingPause.json());
    json.put("total", Samples.rounded(total())).put("pause", Samples.rounded(pause()));
    if (cut() >= 0) {
      json.set("holdfastCut", oursCut.json());
      json.set("virshCut", virshCut.json());
      json.set("outages", outages.json());
      json.put("cut", Samples.rounded(cut()));
    }
    return json;
  }
}
