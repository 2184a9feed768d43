import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link Replication} measured: tables, and a result to keep. */
final class ReplicationReport {
  private static final double SYNC_TARGET = 2;
  private static final double DELTA_TARGET = 0.5;
  private static final double BACKUP_TARGET = 2.5;
  private static final double RSYNC_TARGET = 5;
  private static final double SIZE_TARGET = 1.5;
  private static final double MEMORY_TARGET = 256;

  private final Map<String, Samples> samples = new LinkedHashMap<>();
  private final Map<String, Samples> syncSteps = new LinkedHashMap<>();
  private final Map<String, Samples> deltaSteps = new LinkedHashMap<>();
  private final List<Kept> curve = new ArrayList<>();
  private double cold;
  private double fullBackup;
  private double restore;
  private double extents;
  private double sourceIdle;
  private double targetIdle;
  private double sourcePeak;
  private double targetPeak;

  void idle(double source, double target) {
    sourceIdle = source;
    targetIdle = target;
  }

  void peak(double source, double target) {
    sourcePeak = source;
    targetPeak = target;
  }

  void coldSync(Round round) {
    cold = round.checkpointToAvailable();
  }

  void firstSync(Round round, double raw, double qcow2) {
    of("sync").add(round.checkpointToAvailable());
    of("nbdcopyRaw").add(raw);
    of("nbdcopyQcow2").add(qcow2);
    new Created(round.requested(), round.job()).addSteps(syncSteps);
  }

  void fullBackup(double seconds) {
    fullBackup = seconds;
  }

  void delta(Round round, int runs) {
    of("delta").add(round.checkpointToAvailable());
    of("deltaFromRequest").add(round.requestToAvailable());
    new Created(round.requested(), round.job()).addSteps(deltaSteps);
    extents = runs;
  }

  void deltaElsewhere(double backup, double rsync) {
    of("virtnbdbackup").add(backup);
    of("rsync").add(rsync);
  }

  void sizes(double four, double sixteen, double sixtyFour) {
    of("4 GiB").add(four);
    of("16 GiB").add(sixteen);
    of("64 GiB").add(sixtyFour);
  }

  void restore(double seconds) {
    restore = seconds;
  }

  void kept(int round, double sourceDisk, double targetDisk, double sourceMemory, double targetMemory) {
    curve.add(new Kept(round, sourceDisk, targetDisk, sourceMemory, targetMemory));
  }

  void print(PrintStream out) {
    out.printf("%nreplication: seconds, of a disk of 4 GiB with 1 GiB of incompressible data%n");
    head(out, "first sync");
    line(out, "  holdfast, checkpoint to AVAILABLE", "sync");
    out.printf("%-42s %7.2f%n", "  the same, by workers just started", cold);
    line(out, "  nbdcopy over TLS, to a raw file", "nbdcopyRaw");
    line(out, "  nbdcopy over TLS, to a qcow2", "nbdcopyQcow2");
    ratio(out, "nbdcopy (the faster of the two) / holdfast", syncRatio(), SYNC_TARGET);

    head(out, "delta of 51 MiB in %.0f extents".formatted(extents));
    line(out, "  holdfast, checkpoint to AVAILABLE", "delta");
    line(out, "  the same, from the request on", "deltaFromRequest");
    line(out, "  virtnbdbackup, incremental, on its host", "virtnbdbackup");
    line(out, "  rsync --inplace --no-whole-file, warm", "rsync");
    double delta = of("delta").p50();
    out.printf("  target: at most %.1f: %s%n", DELTA_TARGET, Samples.met(delta <= DELTA_TARGET));
    ratio(out, "virtnbdbackup / holdfast", of("virtnbdbackup").p50() / delta, BACKUP_TARGET);
    ratio(out, "rsync / holdfast", of("rsync").p50() / delta, RSYNC_TARGET);
    out.printf("  virtnbdbackup's full backup took %.2f; to make a disk of its chain took %.2f%n", fullBackup, restore);

    head(out, "the same delta as the disk grows");
    for (String size : List.of("4 GiB", "16 GiB", "64 GiB")) {
      line(out, "  disk of " + size, size);
    }
    double growth = growth();
    out.printf("  largest / smallest %.2f; target: at most %.1f: %s%n", growth, SIZE_TARGET, Samples.met(growth <= SIZE_TARGET));

    out.printf("%n%-42s %7s %7s %7s%n", "memory of the workers in first syncs, MiB", "idle", "peak", "more");
    memory(out, "  at the source", sourceIdle, sourcePeak);
    memory(out, "  at the target", targetIdle, targetPeak);
    boolean bounded = Math.max(sourcePeak - sourceIdle, targetPeak - targetIdle) <= MEMORY_TARGET;
    out.printf("  target: at most %.0f more: %s%n", MEMORY_TARGET, Samples.met(bounded));

    out.printf("%n%-42s %7s %7s %7s %7s%n", "rounds with keepLast 5: MiB after", "disk", "disk", "worker", "worker");
    out.printf("%-42s %7s %7s %7s %7s%n", "", "source", "target", "source", "target");
    for (Kept kept : curve) {
      out.printf("  %-40d %7.0f %7.0f %7.0f %7.0f%n", kept.round(), kept.sourceDisk(), kept.targetDisk(), kept.sourceMemory(), kept.targetMemory());
    }
    steps(out);
  }

  private void steps(PrintStream out) {
    out.printf("%n%-42s %7s %7s   %s%n", "where the time goes: delta", "P50", "P95", "first sync: P50, P95");
    deltaSteps.forEach(
        (step, times) -> {
          Samples sync = syncSteps.getOrDefault(step, times);
          out.printf("%-42s %7.3f %7.3f   %7.3f %7.3f%n", "  " + step, times.p50(), times.p95(), sync.p50(), sync.p95());
        });
  }

  private double syncRatio() {
    return Math.min(of("nbdcopyRaw").p50(), of("nbdcopyQcow2").p50()) / of("sync").p50();
  }

  private double growth() {
    List<Double> all = List.of(of("4 GiB").p50(), of("16 GiB").p50(), of("64 GiB").p50());
    return all.stream().max(Double::compare).orElseThrow() / all.stream().min(Double::compare).orElseThrow();
  }

  private Samples of(String name) {
    return samples.computeIfAbsent(name, none -> new Samples());
  }

  private static void head(PrintStream out, String title) {
    out.printf("%n%-42s %7s %7s   %s%n", title, "P50", "P95", "all");
  }

  private void line(PrintStream out, String words, String name) {
    Samples of = of(name);
    out.printf("%-42s %7.2f %7.2f   %s%n", words, of.p50(), of.p95(), of.all("%.2f"));
  }

  private static void ratio(PrintStream out, String words, double ratio, double target) {
    out.printf("  %s %.2f; target: at least %.1f: %s%n", words, ratio, target, Samples.met(ratio >= target));
  }

  private static void memory(PrintStream out, String words, double idle, double peak) {
    out.printf("%-42s %7.0f %7.0f %7.0f%n", words, idle, peak, peak - idle);
  }

  ObjectNode json() {
    ObjectNode result = Samples.result();
    ObjectNode seconds = result.putObject("seconds");
    samples.forEach((name, of) -> seconds.set(name, of.json()));
    seconds.put("syncByColdWorkers", Samples.rounded(cold));
    seconds.put("virtnbdbackupFull", Samples.rounded(fullBackup));
    seconds.put("virtnbdrestore", Samples.rounded(restore));
    double delta = of("delta").p50();
    result
        .putObject("ratios")
        .put("nbdcopyToSync", Samples.rounded(syncRatio()))
        .put("virtnbdbackupToDelta", Samples.rounded(of("virtnbdbackup").p50() / delta))
        .put("rsyncToDelta", Samples.rounded(of("rsync").p50() / delta))
        .put("largestToSmallestDisk", Samples.rounded(growth()));
    result
        .putObject("memoryMiB")
        .put("sourceIdle", Samples.rounded(sourceIdle))
        .put("sourcePeak", Samples.rounded(sourcePeak))
        .put("targetIdle", Samples.rounded(targetIdle))
        .put("targetPeak", Samples.rounded(targetPeak));
    ArrayNode kept = result.putArray("keptRoundsMiB");
    curve.forEach(
        one ->
            kept.addObject()
                .put("round", one.round())
                .put("sourceDisk", Samples.rounded(one.sourceDisk()))
                .put("targetDisk", Samples.rounded(one.targetDisk()))
                .put("sourceWorker", Samples.rounded(one.sourceMemory()))
                .put("targetWorker", Samples.rounded(one.targetMemory())));
    return result;
  }

  private record Kept(int round, double sourceDisk, double targetDisk, double sourceMemory, double targetMemory) {}
}
