package io.holdfast.engine.evidence;

import io.holdfast.engine.recovery.RunRecord;
import java.util.List;
import java.util.stream.Collectors;

/** What the plan has before and after its tiers, and what became of it. */
final class StepSection {
  private StepSection() {}

  static String of(List<RunRecord.Step> steps) {
    return """
        <h2>Steps of the plan</h2><table><tr><th>Step</th><th>When</th><th>What</th>
        <th>When it fails</th><th>State</th><th>Seen</th></tr>
        %s</table>"""
        .formatted(steps.stream().map(StepSection::row).collect(Collectors.joining("\n")));
  }

  private static String row(RunRecord.Step step) {
    boolean bad = step.state().equals("FAILED") || step.state().equals("SKIPPED");
    return "<tr class=\"%s\"><td>%s</td><td>%s</td><td>%s %s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
        .formatted(
            bad ? "fail" : "",
            ReportPage.text(step.name()),
            ReportPage.text(step.place()),
            ReportPage.text(step.kind()),
            ReportPage.text(step.target()),
            ReportPage.text(step.onFailure()),
            ReportPage.text(step.state()),
            ReportPage.text(step.seen() == null ? "" : step.seen()));
  }
}
