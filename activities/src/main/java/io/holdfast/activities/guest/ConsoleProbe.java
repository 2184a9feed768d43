package io.holdfast.activities.guest;

import io.holdfast.workflows.model.ProbeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Whether the guest has printed a text on its console. */
final class ConsoleProbe {
  private static final int BYTES = 1 << 20;

  private ConsoleProbe() {}

  static Sighting look(ProbeSpec probe) {
    String text = Objects.requireNonNull(probe.text(), "a text to look for");
    try {
      byte[] said = ConsoleLog.end(probe.instance(), BYTES);
      if (new String(said, StandardCharsets.UTF_8).contains(text)) {
        return Sighting.right("the console says '%s'".formatted(text));
      }
      List<String> tail = ConsoleTail.of(probe.instance());
      return Sighting.wrong(tail.isEmpty() ? "the console is empty" : tail.get(tail.size() - 1));
    } catch (IOException unreadable) {
      return Sighting.wrong("the console cannot be read: " + unreadable.getMessage());
    }
  }
}
