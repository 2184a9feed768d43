package io.holdfast.engine.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.placement.MigrationPlanner.Hypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A file is a question and, after dashes, the whole answer; -Dgolden.write=true writes it. */
class PlacementPlannerTest {
  private static final Path CASES = Path.of("src/test/resources/golden/placement");

  static Stream<String> cases() {
    try (Stream<Path> files = Files.list(CASES)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsWritten(String file) throws IOException {
    String[] parts = Files.readString(CASES.resolve(file)).split("---\n", -1);
    @Nullable PlacementRequest request = null;
    List<HostCapacity> hosts = new ArrayList<>();
    Map<UUID, Hypervisor> hypervisors = new HashMap<>();
    @Nullable UUID from = null;
    for (String line : parts[0].lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
      Map<String, String> words = words(line);
      if (line.startsWith("wants ")) {
        request = request(words);
        from = id(words.get("from"));
      } else {
        HostCapacity host = host(line.split(" ", -1)[1], words);
        hosts.add(host);
        if (words.containsKey("runs")) { // type-version
          String[] runs = words.get("runs").split("-", -1);
          hypervisors.put(host.id(), new Hypervisor(runs[0], runs[1]));
        }
      }
    }
    String text = text(Objects.requireNonNull(request), from, hypervisors, hosts);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(CASES.resolve(file), parts[0] + "---\n" + text);
    }
    assertThat(CASES.resolve(file)).hasContent(parts[0] + "---\n" + text);
  }

  /** {@code from}: the host that the instance is on; null for one that is on none yet. */
  private static String text(
      PlacementRequest request,
      @Nullable UUID from,
      Map<UUID, Hypervisor> hypervisors,
      List<HostCapacity> hosts) {
    PlacementPlan plan =
        from == null
            ? PlacementPlanner.plan(request, hosts)
            : MigrationPlanner.plan(request, from, hypervisors, hosts);
    List<String> lines = new ArrayList<>();
    lines.add("needs " + PlanText.needs(request));
    lines.add(plan.chosen().map(choice -> "chosen " + PlanText.chosen(choice)).orElse("none"));
    plan.chosen().filter(PlacementPlan.Choice::shared).ifPresent(shared -> lines.add("shared"));
    lines.addAll(PlanText.refusals(plan));
    return String.join("\n", lines) + "\n";
  }

  private static PlacementRequest request(Map<String, String> words) {
    return new PlacementRequest(
        number(words, "vcpus"),
        number(words, "memory"),
        (long) number(words, "disk") << 30,
        id(words.get("site")),
        id(words.get("host")),
        apart(words.getOrDefault("apart", "")),
        words.get("pool"),
        words.get("lies"));
  }

  /** host:instance,host:instance */
  private static Map<UUID, String> apart(String text) {
    Map<UUID, String> apart = new HashMap<>();
    for (String each : text.split(",", -1)) {
      int sign = each.indexOf(':');
      if (sign > 0) {
        apart.put(Objects.requireNonNull(id(each.substring(0, sign))), each.substring(sign + 1));
      }
    }
    return apart;
  }

  private static HostCapacity host(String name, Map<String, String> words) {
    List<PoolCapacity> pools = new ArrayList<>();
    for (String pool : words.getOrDefault("pools", "").split(",", -1)) {
      if (!pool.isEmpty()) {
        // name:capacity/reserved, GiB; "*" for reflink, the storage that it shares behind another
        // /, and how many percent are taken of its file system behind an @
        String[] use = pool.split("@", -1);
        String[] parts = use[0].split("[:/]", -1);
        String storage = parts.length > 3 ? parts[3] : null;
        pools.add(
            new PoolCapacity(
                parts[0].replace("*", ""),
                Long.parseLong(parts[1]) << 30,
                Long.parseLong(parts[2]) << 30,
                parts[0].endsWith("*"),
                storage,
                2,
                storage,
                use.length > 1 ? use(use[1]) : null));
      }
    }
    String state = words.getOrDefault("state", "active");
    return new HostCapacity(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        name,
        Objects.requireNonNull(id(words.getOrDefault("site", "here"))),
        switch (state) {
          case "new" -> HostCapacity.State.REGISTERED;
          case "maintenance" -> HostCapacity.State.MAINTENANCE;
          default -> HostCapacity.State.ACTIVE;
        },
        !state.equals("silent"),
        number(words, "cpus"),
        number(words, "memory"),
        number(words, "usedVcpus"),
        number(words, "usedMemory"),
        pools);
  }

  /** From 90 on it takes nothing new. */
  private static PoolUse use(String percent) {
    return percent.equals("away")
        ? new PoolUse(0, 0, 90)
        : new PoolUse(100L << 30, (100 - Long.parseLong(percent)) << 30, 90);
  }

  private static Map<String, String> words(String line) {
    Map<String, String> words = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int sign = word.indexOf('=');
      if (sign > 0) {
        words.put(word.substring(0, sign), word.substring(sign + 1));
      }
    }
    return words;
  }

  private static int number(Map<String, String> words, String key) {
    return Integer.parseInt(words.getOrDefault(key, "0"));
  }

  private static @Nullable UUID id(@Nullable String name) {
    return name == null ? null : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
