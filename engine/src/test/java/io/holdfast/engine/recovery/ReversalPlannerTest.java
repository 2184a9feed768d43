package io.holdfast.engine.recovery;

import io.holdfast.engine.protection.Cases;
import io.holdfast.engine.recovery.ReversalQuestion.AskedCopy;
import io.holdfast.engine.recovery.ReversalQuestion.AskedGroup;
import io.holdfast.engine.recovery.ReversalQuestion.Place;
import io.holdfast.engine.recovery.ReversalQuestion.Successor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of a question is a copy, or a group with its members; the recovery site is beta. */
class ReversalPlannerTest {
  private final List<AskedCopy> copies = new ArrayList<>();
  private final List<AskedGroup> groups = new ArrayList<>();

  static Stream<String> cases() {
    return Cases.in("reversal");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plansAsWritten(String file) throws IOException {
    Cases.check(file, this::answer);
  }

  private String answer(List<String> lines) {
    lines.forEach(this::read);
    PlannedReversal plan = ReversalPlanner.plan(new ReversalQuestion(id("beta"), copies, groups));
    StringBuilder text = new StringBuilder(plan.isClear() ? "clear" : "not clear");
    text.append(", to ").append(plan.toName()).append('\n');
    for (RunRefusal refusal : plan.refusals()) {
      text.append("refused %s %s%n".formatted(refusal.reason(), refusal.line()));
    }
    return text.toString();
  }

  private void read(String line) {
    String[] words = line.split(" ", -1);
    Map<String, String> values = Cases.words(line);
    switch (words[0]) {
      case "copy" -> copies.add(copy(words[1], values));
      case "group" ->
          groups.add(
              new AskedGroup(
                  id(words[1]),
                  words[1],
                  !values.containsKey("dissolved"),
                  Stream.of(values.getOrDefault("of", "").split(",", -1))
                      .map(name -> new AskedGroup.Member(id(name), name))
                      .toList()));
      default -> throw new IllegalArgumentException(line);
    }
  }

  private AskedCopy copy(String name, Map<String, String> values) {
    String successor = values.get("successor");
    String host = values.get("host");
    String group = values.get("group");
    String site = values.getOrDefault("site", "alpha");
    return new AskedCopy(
        "tiers[0]",
        id(name),
        name,
        successor == null
            ? null
            : new Successor(
                id(successor),
                successor,
                id(values.getOrDefault("at", "beta")),
                values.get("protected")),
        host == null ? null : new Place(host, !values.containsKey("silent"), id(site), site),
        group == null ? null : id(group));
  }

  private static UUID id(@Nullable String name) {
    return UUID.nameUUIDFromBytes(String.valueOf(name).getBytes(StandardCharsets.UTF_8));
  }
}
