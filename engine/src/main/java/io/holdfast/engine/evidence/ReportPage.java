package io.holdfast.engine.evidence;

import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.recovery.RunRecord;
import io.holdfast.engine.recovery.RunRecord.RecoveredInstance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run as a page for people: what was proven, how fast, and everything that it rests on. One file
 * without script, which prints well and needs no network.
 */
public final class ReportPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final int SHORT_ROOT = 16;
  private static final double MILLIS = 1_000.0;
  private static final String STYLE = style();

  private final RunRecord run;
  private final StringBuilder page = new StringBuilder();

  private ReportPage(RunRecord run) {
    this.run = run;
  }

  public static String of(RunRecord run) {
    ReportPage page = new ReportPage(run);
    page.write();
    return page.page.toString();
  }

  private void write() {
    add(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s of %s: %s</title>
        <style>%s</style></head><body>
        """
            .formatted(kind(), text(run.planName()), verdict(), STYLE));
    head();
    findings();
    if (!run.tiers().isEmpty()) {
      tiers();
    }
    for (RunRecord.Tier tier : run.tiers()) {
      tier.instances().forEach(this::instance);
    }
    if (!run.reversed().isEmpty()) {
      add(ReversalSection.of(run.reversed()));
    }
    if (!run.steps().isEmpty()) {
      add(StepSection.of(run.steps()));
    }
    people();
    timeline();
    page.append("</body></html>\n");
  }

  private void head() {
    add(
        "<header class=\"%s\"><p>%s of recovery plan</p><h1>%s</h1>"
            .formatted(tone(), kind(), text(run.planName())));
    add("<p class=\"verdict\">%s</p>".formatted(verdict()));
    add("<dl>");
    fact("Began", TIME.format(run.triggeredAt()));
    Instant ended = run.endedAt();
    if (ended != null) {
      fact("Took", words(Duration.between(run.triggeredAt(), ended).toMillis()));
    }
    fact("RTO", words(run.rtoMillis()));
    fact("RPO", words(run.rpoMillis()));
    fact("Recovery site", run.recoverySite());
    fact("Plan version", Long.toString(run.planVersion()));
    fact("Asked for by", run.triggeredBy());
    if (run.reason() != null) {
      fact("Reason", run.reason());
    }
    RunRecord.Cleanup cleanup = run.cleanup();
    if (cleanup != null) {
      fact(
          "Cleanup",
          cleanup.verified() ? "read back from hosts and ledger: nothing is left" : "not verified");
    }
    fact("Run", run.id().toString());
    add("</dl></header>");
  }

  /** What is wrong with the run as a whole: it decides the verdict, so it stands above all else. */
  private void findings() {
    if (run.findings().isEmpty()) {
      return;
    }
    add("<h2>Findings</h2><ul class=\"findings\">");
    run.findings().forEach(finding -> add("<li>%s</li>".formatted(text(finding))));
    add("</ul>");
  }

  private void tiers() {
    add("<h2>Tiers</h2><table><tr><th>Tier</th><th>Instances</th><th>RTO</th><th>RPO</th></tr>");
    for (RunRecord.Tier tier : run.tiers()) {
      add(
          "<tr><td>%s</td><td>%d</td><td>%s</td><td>%s</td></tr>"
              .formatted(
                  text(tier.name()),
                  tier.instances().size(),
                  words(tier.rtoMillis()),
                  words(tier.rpoMillis())));
    }
    add("</table><h2>Instances</h2>");
  }

  private void instance(RecoveredInstance one) {
    boolean good =
        one.recoveredAt() != null && one.checks().stream().allMatch(RunRecord.Check::passed);
    add(
        "<section class=\"%s\"><h3>%s <small>%s</small></h3><dl>"
            .formatted(good ? "good" : "bad", text(one.name()), text(one.state())));
    fact("RTO", words(one.rtoMillis()));
    fact("RPO", words(one.rpoMillis()));
    if (one.instanceName() != null) {
      fact("Recovered as", one.instanceName() + " on " + one.host());
    }
    RunRecord.Point point = one.point();
    if (point != null) {
      fact(
          "Recovery point",
          "%d of %s, %s".formatted(point.number(), point.group(), TIME.format(point.takenAt())));
    }
    RunRecord.Size size = one.size();
    if (size != null) {
      fact("Size", "%d vcpus, %d MiB".formatted(size.vcpus(), size.memoryMiB()));
    }
    one.nics()
        .forEach(
            nic ->
                fact(
                    "Nic",
                    "%s -> %s %s"
                        .formatted(
                            nic.from(),
                            nic.network(),
                            nic.address() == null ? "" : nic.address())));
    add("</dl>");
    if (one.error() != null) {
      add("<p class=\"error\">%s</p>".formatted(text(one.error())));
    }
    checks(one);
    add(ScreenSection.of(one));
    if (one.console() != null && !one.console().isBlank()) {
      add(
          "<details><summary>Console</summary><pre>%s</pre></details>"
              .formatted(text(one.console())));
    }
    add("</section>");
  }

  private void checks(RecoveredInstance one) {
    RunRecord.Point point = one.point();
    if (one.probes().isEmpty() && one.checks().isEmpty() && point == null) {
      return;
    }
    add("<table><tr><th></th><th>Check</th><th>Of</th><th>Seen</th><th>Took</th></tr>");
    for (RunRecord.Probe probe : one.probes()) {
      row(probe.passed(), probe.kind(), probe.target(), probe.seen(), words(probe.millis()));
    }
    for (RunRecord.Check check : one.checks()) {
      row(check.passed(), check.kind(), check.target(), check.seen(), "");
    }
    if (point != null) {
      for (RunRecord.Disk disk : point.disks()) {
        String root = disk.root();
        add(
            "<tr><td></td><td>sealed root</td><td>disk %s</td><td colspan=\"2\"><code title=\"%s\">%s...</code></td></tr>"
                .formatted(
                    text(disk.name()),
                    text(root),
                    text(root.substring(0, Math.min(SHORT_ROOT, root.length())))));
      }
    }
    add("</table>");
  }

  private void row(boolean passed, String kind, String target, String seen, String took) {
    add(
        "<tr class=\"%s\"><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
            .formatted(
                passed ? "pass" : "fail",
                passed ? "&#10003;" : "&#10007;",
                text(kind),
                text(target),
                text(seen),
                took));
  }

  private void people() {
    if (run.approvedBy().isEmpty() && run.fences().isEmpty() && run.edits().isEmpty()) {
      return;
    }
    add("<h2>Who decided</h2><table><tr><th>What</th><th>Who</th><th>When</th><th>Why</th></tr>");
    for (RunRecord.Approval approval : run.approvedBy()) {
      decided("approved", approval.by(), approval.at(), approval.reason());
    }
    for (RunRecord.Fence fence : run.fences()) {
      decided(
          "said that the source is off (%s)".formatted(fence.proof()),
          fence.by(),
          fence.at(),
          fence.reason());
    }
    for (RunRecord.Edit edit : run.edits()) {
      decided(
          "changed %s of %s from %s to %s"
              .formatted(edit.field(), edit.instance(), edit.from(), edit.to()),
          edit.by(),
          edit.at(),
          edit.reason());
    }
    add("</table>");
  }

  private void decided(String what, String who, Instant at, @Nullable String why) {
    add(
        "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
            .formatted(text(what), text(who), TIME.format(at), text(why == null ? "" : why)));
  }

  private void timeline() {
    add(
        "<h2>Timeline</h2><table class=\"timeline\"><tr><th>At (UTC)</th><th>Subject</th><th>Step</th><th>State</th><th>Detail</th></tr>");
    for (RunRecord.Moment moment : run.timeline()) {
      add(
          "<tr class=\"%s\"><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
              .formatted(
                  moment.state().equals("FAILED") ? "fail" : "",
                  CLOCK.format(moment.at()),
                  text(moment.subject()),
                  text(moment.step()),
                  text(moment.state()),
                  text(moment.detail() == null ? "" : moment.detail())));
    }
    add("</table>");
  }

  private void fact(String name, String value) {
    add("<div><dt>%s</dt><dd>%s</dd></div>".formatted(text(name), text(value)));
  }

  private void add(String html) {
    page.append(html).append('\n');
  }

  private String kind() {
    return switch (run.kind()) {
      case TEST -> "Test";
      case DRILL -> "Drill";
      case DISASTER_RECOVERY -> "Failover";
      case REPROTECT -> "Reprotect";
      case PLANNED_MIGRATION -> "Planned migration";
      case FAILBACK -> "Failback";
    };
  }

  private String verdict() {
    return run.verdict() == null ? run.state() : run.verdict().name();
  }

  private String tone() {
    return run.verdict() == RunVerdict.PASSED ? "good" : run.verdict() == null ? "open" : "bad";
  }

  private static String words(@Nullable Long millis) {
    if (millis == null) {
      return "not known";
    }
    Duration duration = Duration.ofMillis(millis);
    return duration.toMinutes() == 0
        ? "%.1f s".formatted(millis / MILLIS)
        : "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
  }

  static String text(String raw) {
    StringBuilder safe = new StringBuilder(raw.length());
    raw.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                default -> {
                  boolean control = c < ' ' && c != '\n' && c != '\t';
                  safe.appendCodePoint(control ? '.' : c);
                }
              }
            });
    return safe.toString();
  }

  private static String style() {
    try (InputStream css =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
