package io.holdfast.engine.evidence;

import io.holdfast.engine.recovery.RunRecord;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A run as CSV (RFC 4180), UTF-8. Cells that a spreadsheet would take for a formula are quoted. */
public final class ReportTables {
  private static final String LINE_END = "\r\n";
  private static final double MILLIS = 1_000.0;

  private ReportTables() {}

  /** A line for each instance. */
  public static String instances(RunRecord run) {
    StringBuilder csv = new StringBuilder();
    line(
        csv,
        "run",
        "plan",
        "version",
        "kind",
        "verdict",
        "tier",
        "instance",
        "state",
        "recovered as",
        "host",
        "recovery point",
        "taken at",
        "vcpus",
        "memory MiB",
        "RTO s",
        "RPO s",
        "checks",
        "failed checks",
        "error");
    for (RunRecord.Tier tier : run.tiers()) {
      for (RunRecord.RecoveredInstance one : tier.instances()) {
        RunRecord.Point point = one.point();
        RunRecord.Size size = one.size();
        line(
            csv,
            run.id(),
            run.planName(),
            run.planVersion(),
            run.kind(),
            run.verdict(),
            tier.name(),
            one.name(),
            one.state(),
            one.instanceName(),
            one.host(),
            point == null ? null : point.number(),
            point == null ? null : point.takenAt(),
            size == null ? null : size.vcpus(),
            size == null ? null : size.memoryMiB(),
            seconds(one.rtoMillis()),
            seconds(one.rpoMillis()),
            one.checks().size() + one.probes().size(),
            one.checks().stream().filter(check -> !check.passed()).count(),
            one.error());
      }
    }
    return csv.toString();
  }

  /** A line for each step that the plan has before and after its tiers. */
  public static String steps(RunRecord run) {
    StringBuilder csv = new StringBuilder();
    line(
        csv,
        "step",
        "kind",
        "place",
        "target",
        "on failure",
        "state",
        "attempt",
        "began at",
        "ended at",
        "seen");
    for (RunRecord.Step step : run.steps()) {
      line(
          csv,
          step.name(),
          step.kind(),
          step.place(),
          step.target(),
          step.onFailure(),
          step.state(),
          step.attempt(),
          step.startedAt(),
          step.endedAt(),
          step.seen());
    }
    return csv.toString();
  }

  /** A line for each thing that happened. */
  public static String timeline(RunRecord run) {
    StringBuilder csv = new StringBuilder();
    line(csv, "at", "subject", "step", "state", "detail");
    for (RunRecord.Moment moment : run.timeline()) {
      line(csv, moment.at(), moment.subject(), moment.step(), moment.state(), moment.detail());
    }
    return csv.toString();
  }

  private static void line(StringBuilder csv, @Nullable Object... cells) {
    csv.append(Arrays.stream(cells).map(ReportTables::cell).collect(Collectors.joining(",")))
        .append(LINE_END);
  }

  private static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    if (!text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static @Nullable Double seconds(@Nullable Long millis) {
    return millis == null ? null : millis / MILLIS;
  }
}
