package io.holdfast.engine.protection;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.db.Retention;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetentionPlannerTest {
  static Stream<String> cases() {
    return Cases.in("retention");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void keepsAsWritten(String file) throws IOException {
    Cases.check(file, RetentionPlannerTest::answer);
  }

  /** The newest point is what a recovery would use. */
  @Test
  void neverRetiresTheNewest() {
    RetentionPlanner.Plan plan =
        RetentionPlanner.plan(
            new Retention(0, 0, 0, 0),
            IntStream.rangeClosed(1, 3)
                .mapToObj(i -> new RetentionPlanner.Point(i, Instant.ofEpochSecond(i), false))
                .toList());
    assertThat(plan.retires()).containsExactly(1L, 2L);
  }

  private static String answer(List<String> lines) {
    Map<String, String> kept = Cases.words(lines.get(0));
    List<RetentionPlanner.Point> points = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      Map<String, String> words = Cases.words(line);
      points.add(
          new RetentionPlanner.Point(
              Long.parseLong(line.split(" ", -1)[1]),
              Instant.parse(String.valueOf(words.get("at"))),
              words.containsKey("held")));
    }
    RetentionPlanner.Plan plan =
        RetentionPlanner.plan(
            new Retention(
                number(kept, "last"),
                number(kept, "hourly"),
                number(kept, "daily"),
                number(kept, "weekly")),
            points);
    StringBuilder text = new StringBuilder();
    plan.keeps()
        .forEach((number, why) -> text.append(number).append(" kept: ").append(why).append('\n'));
    plan.retires().forEach(number -> text.append(number).append(" retired\n"));
    return text.toString();
  }

  private static int number(Map<String, String> words, String name) {
    return Integer.parseInt(words.getOrDefault(name, "0"));
  }
}
