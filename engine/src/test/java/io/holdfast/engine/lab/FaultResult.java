package io.holdfast.engine.lab;

import java.time.Duration;
import java.util.Locale;

/**
 * What became of a cell.
 *
 * @param tries how often the job was run until the fault fell into its step
 * @param end the job's last state
 * @param recovered from the fault to the end of the job
 * @param found of the instance before it was deleted
 */
record FaultResult(FaultCell cell, int tries, String end, Duration recovered, String found) {
  double seconds() {
    return recovered.toMillis() / 1e3;
  }

  /** One line for a person. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%-7s %-16s %-9s hit, try %d  %-9s %6.1f s  %s; 0 left",
        cell.isCreate() ? "create" : "delete",
        cell.step(),
        cell.victim().spelled(),
        tries,
        end,
        seconds(),
        found);
  }
}
