import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What {@link RecoveryScale} measured: a table, and a result to keep. */
final class RecoveryScaleReport {
  private static final int HISTORY = 4096;
  private static final double LINEAR = 1.25;

  private final List<Size> sizes = new ArrayList<>();

  /** The longest, in events, of a test and its cleanup; {@code batch}: 0 when there was none. */
  record Histories(long run, long batch, long instance) {
    long longest() {
      return Math.max(run, Math.max(batch, instance));
    }
  }

  /** One test and its cleanup; {@code heapBefore}, {@code heapMost}: what was live, in MiB. */
  record Size(
      int guests,
      double seconds,
      long steps,
      double cleanupSeconds,
      long cleanupSteps,
      double heapBefore,
      double heapMost,
      Histories histories) {
    double each() {
      return seconds / guests;
    }
  }

  void add(Size size) {
    sizes.add(size);
  }

  /** Of the seconds that an instance takes: 1 is linear, more grows faster. */
  private double growth() {
    return sizes.get(sizes.size() - 1).each() / sizes.get(0).each();
  }

  private long longest() {
    return sizes.stream().mapToLong(size -> size.histories().longest()).max().orElse(0);
  }

  void print(PrintStream out) {
    out.println();
    line(out, "instances in the plan", size -> "%,d".formatted(size.guests()));
    line(out, "  test, seconds", size -> "%.1f".formatted(size.seconds()));
    line(out, "  test, seconds an instance", size -> "%.4f".formatted(size.each()));
    line(out, "  test, steps a second", size -> "%.1f".formatted(size.steps() / size.seconds()));
    line(out, "  cleanup, seconds", size -> "%.1f".formatted(size.cleanupSeconds()));
    line(out, "  cleanup, steps a second", size -> "%.1f".formatted(size.cleanupSteps() / size.cleanupSeconds()));
    line(out, "  the engine's live heap before, MiB", size -> "%.1f".formatted(size.heapBefore()));
    line(out, "  the engine's live heap at most, MiB", size -> "%.1f".formatted(size.heapMost()));
    line(out, "  longest history of a run, events", size -> "%,d".formatted(size.histories().run()));
    line(out, "  longest history of a batch, events", size -> "%,d".formatted(size.histories().batch()));
    line(out, "  longest history of an instance, events", size -> "%,d".formatted(size.histories().instance()));
    out.printf("%n%-46s %7d   target: below %,d: %s%n", "longest history, events", longest(), HISTORY, Samples.met(longest() < HISTORY));
    out.printf("%-46s %7.2f   target: at most %.2f: %s%n%n", "seconds an instance, last / first", growth(), LINEAR, Samples.met(growth() <= LINEAR));
  }

  private void line(PrintStream out, String name, Function<Size, String> value) {
    out.printf("%-46s", name);
    sizes.forEach(size -> out.printf(" %9s", value.apply(size)));
    out.println();
  }

  ObjectNode json() {
    ObjectNode result = Samples.result();
    ArrayNode all = result.putArray("sizes");
    for (Size size : sizes) {
      ObjectNode one = all.addObject().put("instances", size.guests());
      one.put("testSeconds", Samples.rounded(size.seconds())).put("testSteps", size.steps());
      one.put("cleanupSeconds", Samples.rounded(size.cleanupSeconds()));
      one.put("cleanupSteps", size.cleanupSteps());
      one.put("liveHeapMiBBefore", Samples.rounded(size.heapBefore()));
      one.put("liveHeapMiBMost", Samples.rounded(size.heapMost()));
      one.put("runEvents", size.histories().run()).put("batchEvents", size.histories().batch());
      one.put("instanceEvents", size.histories().instance());
    }
    result.put("longestHistory", longest()).put("longestHistoryTarget", HISTORY);
    return result.put("growth", Samples.rounded(growth())).put("growthTarget", LINEAR);
  }
}
