package io.holdfast.engine.placement;

import io.holdfast.engine.placement.MigrationPlanner.Hypervisor;
import io.holdfast.engine.placement.MovePlanner.Leaving;
import io.holdfast.engine.placement.MovePlanner.Move;
import io.holdfast.engine.protection.Cases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of a question is a host, or an instance that leaves one. */
class MovePlannerTest {
  private final List<HostCapacity> hosts = new ArrayList<>();
  private final Map<UUID, Hypervisor> hypervisors = new HashMap<>();
  private final List<Leaving> leaving = new ArrayList<>();

  static Stream<String> cases() {
    return Cases.in("moves");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plansAsWritten(String file) throws IOException {
    Cases.check(file, this::answer);
  }

  private String answer(List<String> lines) {
    lines.forEach(this::read);
    StringBuilder text = new StringBuilder();
    for (Move move : MovePlanner.plan(leaving, hypervisors, hosts)) {
      text.append(move.instance().name()).append(" -> ").append(words(move.plan())).append('\n');
      move.instance().obstacles().forEach(each -> text.append("  ").append(each).append('\n'));
      if (move.plan().chosen().isEmpty() && move.instance().obstacles().isEmpty()) {
        PlanText.refusals(move.plan()).forEach(each -> text.append("  ").append(each).append('\n'));
      }
    }
    return text.toString();
  }

  private static String words(PlacementPlan plan) {
    return plan.chosen().map(PlanText::chosen).orElse("nowhere");
  }

  private void read(String line) {
    Map<String, String> words = Cases.words(line);
    String name = line.split(" ", -1)[1];
    if (line.startsWith("host ")) {
      hosts.add(host(name, words));
      String[] runs = words.getOrDefault("runs", "kvm-7.2.0").split("-", -1);
      hypervisors.put(id(name), new Hypervisor(runs[0], runs[1]));
      return;
    }
    leaving.add(
        new Leaving(
            id(name),
            name,
            id(words.getOrDefault("from", "h1")),
            number(words, "priority"),
            !words.containsKey("off"),
            new PlacementRequest(
                1,
                number(words, "memory"),
                (long) number(words, "disk") << 30,
                id(words.getOrDefault("site", "here")),
                null,
                apart(words.get("apart")),
                null,
                words.get("lies")),
            words.get("group"),
            words.containsKey("obstacle")
                ? List.of(words.get("obstacle").replace('_', ' '))
                : List.of()));
  }

  /** host:instance, or null. */
  private static Map<UUID, String> apart(@Nullable String text) {
    return text == null ? Map.of() : Map.of(id(text.split(":", -1)[0]), text.split(":", -1)[1]);
  }

  private static HostCapacity host(String name, Map<String, String> words) {
    String state = words.getOrDefault("state", "active");
    return new HostCapacity(
        id(name),
        name,
        id(words.getOrDefault("site", "here")),
        state.equals("maintenance") ? HostCapacity.State.MAINTENANCE : HostCapacity.State.ACTIVE,
        !state.equals("silent"),
        4,
        number(words, "memory"),
        0,
        number(words, "used"),
        pools(name, words));
  }

  /** {@code twin}: another one on the file system of the first. */
  private static List<PoolCapacity> pools(String host, Map<String, String> words) {
    PoolCapacity fast =
        new PoolCapacity("fast", (long) number(words, "pool") << 30, 0, true, words.get("storage"));
    return words.containsKey("twin")
        ? List.of(in(host, fast), in(host, new PoolCapacity("twin", fast.capacityBytes(), 0, true)))
        : List.of(fast);
  }

  private static PoolCapacity in(String room, PoolCapacity pool) {
    return new PoolCapacity(
        pool.name(),
        pool.capacityBytes(),
        pool.reservedBytes(),
        pool.reflink(),
        pool.storage(),
        pool.overcommit(),
        room,
        null);
  }

  private static int number(Map<String, String> words, String key) {
    return Integer.parseInt(words.getOrDefault(key, "0"));
  }

  private static UUID id(String name) {
    return UUID.nameUUIDFromBytes(Objects.requireNonNull(name).getBytes(StandardCharsets.UTF_8));
  }
}
