package io.holdfast.engine.evidence;

import io.holdfast.engine.recovery.RunRecord;
import java.util.List;
import java.util.stream.Collectors;

/** What a turn of direction did, and what the old site had that nothing else has. */
final class ReversalSection {
  private static final int KIB = 10;

  private ReversalSection() {}

  static String of(List<RunRecord.Reversed> reversed) {
    return """
        <h2>Direction</h2><table><tr><th>Was protected</th><th>Is protected</th><th>Replicas on</th>
        <th>Written at the old site and never copied</th><th>Kept as recovery point</th>
        <th>Old copy</th></tr>
        %s</table>"""
        .formatted(reversed.stream().map(ReversalSection::row).collect(Collectors.joining("\n")));
  }

  private static String row(RunRecord.Reversed one) {
    return "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td><code>%s</code></td><td>%s</td></tr>"
        .formatted(
            ReportPage.text(one.source()),
            ReportPage.text(one.instance()),
            ReportPage.text(one.host()),
            ReportPage.text(lost(one.lost())),
            one.keptPoint(),
            one.releasedAt() == null ? "is there" : "removed");
  }

  private static String lost(List<RunRecord.Lost> lost) {
    String words =
        lost.stream()
            .filter(disk -> disk.bytes() > 0)
            .map(
                disk ->
                    "disk %s: %d KiB in %d ranges"
                        .formatted(disk.disk(), disk.bytes() >> KIB, disk.ranges()))
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? "nothing" : words;
  }
}
