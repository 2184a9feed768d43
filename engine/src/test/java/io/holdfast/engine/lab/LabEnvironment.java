package io.holdfast.engine.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The environment of this JVM and of what it starts. Where several labs are up, the first JVM of
 * the build ({@code test.lab}) has the first (HOLDFAST_LAB_1, its state folder), and so on; a lab's
 * {@code env} then stands over what was inherited. A lab that other tests have is waited for.
 */
final class LabEnvironment {
  private static final Duration OTHER_TESTS = Duration.ofMinutes(40);

  static final Map<String, String> VARIABLES = read(System.getenv());

  private LabEnvironment() {}

  private static Map<String, String> read(Map<String, String> inherited) {
    Map<String, String> all = new HashMap<>(inherited);
    String state = inherited.get(System.getProperty("test.lab", ""));
    if (state != null) {
      Path taken = Path.of(state, "taken");
      Awaitility.await("the end of the tests that have the lab")
          .pollInSameThread() // another one would wait for this class
          .atMost(OTHER_TESTS)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> Files.notExists(taken));
      try {
        for (String line : Files.readAllLines(Path.of(state, "env"))) {
          String[] parts = line.split("=", 2);
          all.put(parts[0], parts[1]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Map.copyOf(all);
  }

  /** A program in this lab. */
  static ProcessBuilder program(List<String> command) {
    ProcessBuilder program = new ProcessBuilder(command);
    program.environment().putAll(VARIABLES);
    return program;
  }
}
