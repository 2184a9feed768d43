package io.holdfast.engine.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.workflows.failure.FailureType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/errors.md explains every code, and no other. */
class ErrorCatalogueTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|");

  @Test
  void everyCodeIsExplainedOnce() throws IOException {
    String text = Files.readString(Path.of("../docs/errors.md"));
    int jobs = text.indexOf("## Jobs");

    assertThat(codes(text.substring(0, jobs)))
        .containsExactlyElementsOf(
            Arrays.stream(ProblemCode.values()).map(ProblemCode::code).sorted().toList());
    assertThat(codes(text.substring(jobs)))
        .containsExactlyElementsOf(
            Arrays.stream(FailureType.values()).map(FailureType::code).sorted().toList());
  }

  @Test
  void theTablesSayWhatTheCodeDoes() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/errors.md"));

    for (ProblemCode code : ProblemCode.values()) {
      assertThat(lines).anyMatch(line -> line.startsWith(start(code)));
    }
    for (FailureType type : FailureType.values()) {
      assertThat(lines).anyMatch(line -> line.startsWith(start(type)));
    }
  }

  private static String start(ProblemCode code) {
    return "| `%s` | %d | %s | %s |"
        .formatted(
            code.code(),
            code.status(),
            code.owner().name().toLowerCase(java.util.Locale.ROOT),
            code.retryable() ? "yes" : "no");
  }

  private static String start(FailureType type) {
    return "| `%s` | %s | %s |"
        .formatted(
            type.code(),
            type.owner().name().toLowerCase(java.util.Locale.ROOT),
            type.retryable() ? "yes" : "no");
  }

  private static List<String> codes(String text) {
    return ROW.matcher(text).results().map((MatchResult m) -> m.group(1)).toList();
  }
}
