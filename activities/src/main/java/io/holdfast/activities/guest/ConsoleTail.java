package io.holdfast.activities.guest;

import io.holdfast.workflows.model.InstanceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The last lines of a guest's console: why it did not come up, in its own words. */
final class ConsoleTail {
  private static final int BYTES = 1024;
  private static final int LINES = 5;

  private ConsoleTail() {}

  /** At most five lines; none when there is no log. */
  static List<String> of(InstanceId instance) {
    try {
      List<String> lines =
          new String(ConsoleLog.end(instance, BYTES), StandardCharsets.ISO_8859_1)
              .lines()
              .map(line -> line.replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", ""))
              .map(line -> line.replaceAll("[^\\x20-\\x7e]", "").strip())
              .filter(line -> !line.isEmpty())
              .map(line -> "console: " + line)
              .toList();
      return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
