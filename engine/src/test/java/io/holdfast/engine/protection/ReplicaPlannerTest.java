package io.holdfast.engine.protection;

import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.placement.PoolCapacity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplicaPlannerTest {
  static Stream<String> cases() {
    return Cases.in("replica");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void choosesAsWritten(String file) throws IOException {
    Cases.check(file, ReplicaPlannerTest::answer);
  }

  private static String answer(List<String> lines) {
    Map<String, String> wants = Cases.words(lines.get(0));
    List<HostCapacity> hosts = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      hosts.add(host(line.split(" ", -1)[1], Cases.words(line)));
    }
    String last = wants.get("last");
    PlacementPlan plan =
        ReplicaPlanner.plan(
            new ReplicaPlanner.Request(
                gib(wants, "disk"),
                id(String.valueOf(wants.get("site"))),
                last == null ? null : id(last),
                last == null ? null : wants.get("pool"),
                gib(wants, "had"),
                Map.of()),
            hosts);
    return plan.chosen().map(PlanText::chosen).orElse("none")
        + "\n"
        + String.join("\n", PlanText.refusals(plan))
        + "\n";
  }

  private static HostCapacity host(String name, Map<String, String> words) {
    return new HostCapacity(
        id(name),
        name,
        id(String.valueOf(words.get("site"))),
        HostCapacity.State.valueOf(words.getOrDefault("state", "ACTIVE")),
        !words.containsKey("silent"),
        1,
        1024,
        0,
        0,
        List.of(new PoolCapacity("fast", gib(words, "free") / 2, 0, true)));
  }

  private static long gib(Map<String, String> words, String name) {
    return Long.parseLong(words.getOrDefault(name, "0")) << 30;
  }

  private static UUID id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
