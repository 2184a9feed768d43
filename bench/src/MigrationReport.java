import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;

/** Moves of both, beside what was aimed at. */
final class MigrationReport {
  private static final double TOTAL = 1.2;
  private static final double CUT = 0.6;
  private static final double PAUSE = 1.2;

  private final Samples virsh = new Samples();
  private final Samples virshPause = new Samples();
  private final Samples standing = new Samples();
  private final Samples standingPause = new Samples();
  private final Samples ours = new Samples();
  private final Samples oursPause = new Samples();
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
  }

  void virshCut(double seconds, double outage) {
    virshCut.add(seconds);
    outages.add(outage);
  }

  void oursCut(double seconds, double outage) {
    oursCut.add(seconds);
    outages.add(outage);
  }

  void print(PrintStream out) {
    out.printf("%n%-34s %10s %10s   %s%n", "4 GiB with 1 GiB of data, seconds", "move", "pause", "all moves");
    line(out, "holdfast", ours, oursPause);
    line(out, "virsh --live", virsh, virshPause);
    line(out, "virsh without --live", standing, standingPause);
    out.printf("move, of virsh --live: %.2f (at most %.1f: %s)%n", total(), TOTAL, Samples.met(total() <= TOTAL));
    out.printf("pause, of virsh --live: %.2f (at most %.1f: %s); of virsh without: %.2f%n", pause(), PAUSE, Samples.met(pause() <= PAUSE), oursPause.p50() / standingPause.p50());
    if (cut() >= 0) {
      out.printf(
          "cable pulled at half of the copy (%s s, not counted): holdfast %.1f s, virsh twice %.1f s: %.2f (at most %.1f: %s)%n",
          outages.all("%.0f"), oursCut.p50(), virshCut.p50(), cut(), CUT, Samples.met(cut() <= CUT));
    }
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
