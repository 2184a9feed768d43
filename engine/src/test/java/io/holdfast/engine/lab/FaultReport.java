package io.holdfast.engine.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints a line a cell, and what they come to. */
@SuppressWarnings("SystemOut") // the figures are what a person runs this for
final class FaultReport {
  private final List<FaultResult> passed = new ArrayList<>();
  private int failed;

  void passed(FaultResult result) {
    passed.add(result);
    System.out.println(result.line());
  }

  void failed(FaultCell cell, Throwable why) {
    failed++;
    System.out.printf("%s FAILED: %s%n", cell.name(), why);
  }

  void close() {
    for (Victim victim : Victim.values()) {
      double[] seconds =
          passed.stream()
              .filter(result -> result.cell().victim() == victim)
              .mapToDouble(FaultResult::seconds)
              .sorted()
              .toArray();
      if (seconds.length > 0) {
        System.out.printf(
            Locale.ROOT,
            "%-9s recovered in %5.1f s at the median, %5.1f s at most, in %d cells%n",
            victim.spelled(),
            median(seconds),
            seconds[seconds.length - 1],
            seconds.length);
      }
    }
    int tries = passed.stream().mapToInt(FaultResult::tries).sum();
    System.out.printf("%d of %d faults fell into their step%n", passed.size(), tries);
    System.out.printf("%d passed, %d failed%n", passed.size(), failed);
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
