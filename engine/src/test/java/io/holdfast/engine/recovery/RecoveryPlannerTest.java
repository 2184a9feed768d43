package io.holdfast.engine.recovery;

import io.holdfast.engine.db.AddressHolder;
import io.holdfast.engine.db.NamedSize;
import io.holdfast.engine.db.NicAddress;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PointChoice;
import io.holdfast.engine.db.QuotaRow;
import io.holdfast.engine.db.RecoveryResources;
import io.holdfast.engine.db.UsageRow;
import io.holdfast.engine.placement.HostCapacity;
import io.holdfast.engine.placement.PoolCapacity;
import io.holdfast.engine.protection.Cases;
import io.holdfast.engine.recovery.PlannedRun.PlannedHost;
import io.holdfast.engine.recovery.PlannedRun.PlannedInstance;
import io.holdfast.engine.recovery.PlannedRun.PlannedNic;
import io.holdfast.engine.recovery.PlannedRun.PlannedPoint;
import io.holdfast.engine.recovery.RecoveryQuestion.Addresses;
import io.holdfast.engine.recovery.RecoveryQuestion.Allowance;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedInstance;
import io.holdfast.engine.recovery.RecoveryQuestion.AskedTier;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownDisk;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNetwork;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownNic;
import io.holdfast.engine.recovery.RecoveryQuestion.KnownPoint;
import io.holdfast.workflows.model.FailurePolicy;
import io.holdfast.workflows.model.PlanStepKind;
import io.holdfast.workflows.model.RunKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each line of a question is a run, a host, a network, a mapping, a use, a tier, an instance ...
 */
class RecoveryPlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private RunKind kind = RunKind.TEST;
  private Allowance allowance =
      new Allowance(new QuotaRow("default", null, null, null, null), new UsageRow(0, 0, 0, 0));
  private final List<AskedTier> tiers = new ArrayList<>();
  private final List<HostCapacity> hosts = new ArrayList<>();
  private final Map<UUID, KnownNetwork> networks = new HashMap<>();
  private final Map<UUID, UUID> mapped = new HashMap<>();
  private final Map<UUID, List<KnownNetwork>> inUse = new HashMap<>();
  private final Set<UUID> kept = new HashSet<>();
  private final List<AddressHolder> taken = new ArrayList<>();

  static Stream<String> cases() {
    return Cases.in("recovery");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void plansAsWritten(String file) throws IOException {
    Cases.check(file, this::answer);
  }

  private String answer(List<String> lines) {
    lines.forEach(this::read);
    PlannedRun run =
        RecoveryPlanner.plan(
            new RecoveryQuestion(
                kind,
                NOW,
                id("beta"),
                tiers,
                hosts,
                networks,
                mapped,
                inUse,
                allowance,
                new Addresses(kept, taken)));
    StringBuilder text = new StringBuilder(run.isClear() ? "clear\n" : "not clear\n");
    for (PlannedRun.PlannedTier tier : run.tiers()) {
      tier.before().forEach(step -> text.append("step ").append(step.name()).append('\n'));
      text.append("tier ").append(tier.name()).append('\n');
      tier.instances().forEach(one -> text.append(words(one)));
      tier.after().forEach(step -> text.append("step ").append(step.name()).append('\n'));
    }
    for (RunRefusal refusal : run.refusals()) {
      text.append(refusal.stops() ? "refused " : "warning ")
          .append(refusal.reason())
          .append(' ')
          .append(refusal.line())
          .append('\n');
    }
    return text.toString();
  }

  private static String words(PlannedInstance one) {
    PlannedPoint point = one.point();
    PlannedHost host = one.host();
    StringBuilder text = new StringBuilder("  " + one.name());
    if (one.recovered()) {
      return text.append(" was recovered before\n").toString();
    }
    if (point != null) {
      text.append(" of point %d (%s)".formatted(point.number(), point.why()));
    }
    if (host != null) {
      text.append(" on ").append(host.name());
    }
    NamedSize size = one.size();
    if (size != null) {
      text.append(" with %d/%d %s".formatted(size.vcpus(), size.memoryMiB(), size.flavor()));
    }
    for (PlannedNic nic : one.nics()) {
      text.append(", %s -> %s %s".formatted(nic.fromName(), nic.toName(), nic.address()));
    }
    one.before().forEach(step -> text.append(", after step ").append(step.name()));
    one.after().forEach(step -> text.append(", then step ").append(step.name()));
    return text.append(one.refusal() == null ? "\n" : " NOT\n").toString();
  }

  private void read(String line) {
    String[] words = line.split(" ", -1);
    Map<String, String> values = Cases.words(line);
    switch (words[0]) {
      case "run" -> kind = RunKind.valueOf(words[1]);
      case "host" -> hosts.add(host(words[1], values));
      case "quota" ->
          allowance =
              new Allowance(
                  new QuotaRow("default", 64L, Long.valueOf(value(values, "memory")), 1024L, 8L),
                  new UsageRow(1, Long.parseLong(value(values, "used")), 1, 1));
      case "network" -> networks.put(id(words[1]), network(words[1], value(values, "cidr")));
      case "map" -> mapped.put(id(words[1]), id(words[2]));
      case "keep" -> kept.add(id(words[1]));
      case "taken" -> taken.add(new AddressHolder(id(words[1]), words[2], id(words[3]), words[3]));
      case "use" ->
          inUse
              .computeIfAbsent(id(words[1]), host -> new ArrayList<>())
              .add(network(words[2], value(values, "cidr")));
      case "tier" ->
          tiers.add(
              new AskedTier(
                  "tiers[" + tiers.size() + "]",
                  words[1],
                  new ArrayList<>(),
                  new ArrayList<>(),
                  new ArrayList<>()));
      case "before" -> tiers.get(tiers.size() - 1).before().add(step(words));
      case "after" -> tiers.get(tiers.size() - 1).after().add(step(words));
      case "instance" -> instances().add(instance(words[1], values));
      case "point" -> {
        AskedInstance last = instances().get(instances().size() - 1);
        last.points().add(point(Long.parseLong(words[1]), values));
      }
      default -> throw new IllegalArgumentException(line);
    }
  }

  /** Its name, and the kinds of run that it is for. */
  private static PlanStep step(String[] words) {
    return new PlanStep(
        words[1],
        PlanStepKind.APPROVAL,
        Stream.of(words).skip(2).map(RunKind::valueOf).toList(),
        null,
        "go on?",
        null,
        null,
        List.of(),
        60,
        FailurePolicy.STOP,
        1);
  }

  private List<AskedInstance> instances() {
    return tiers.get(tiers.size() - 1).instances();
  }

  private AskedInstance instance(String name, Map<String, String> values) {
    String at = values.get("at");
    String rpo = values.get("rpo");
    return new AskedInstance(
        "tiers[%d].instances[%d]".formatted(tiers.size() - 1, instances().size()),
        id(name),
        name,
        PointChoice.valueOf(values.getOrDefault("point", "LATEST")),
        at == null ? null : Instant.parse(at),
        values.get("group"),
        rpo == null ? null : Duration.parse(rpo),
        values.containsKey("recovered"),
        values.containsKey("nowhere")
            ? null
            : new RecoveryQuestion.Source("alpha1", !values.containsKey("cut")),
        values.containsKey("busy")
            ? List.of("job 7 works on its " + values.get("busy"))
            : List.of(),
        resources(values),
        values.containsKey("address")
            ? List.of(new NicAddress(0, value(values, "address")))
            : List.of(),
        values.containsKey("before-it")
            ? List.of(step(List.of("", value(values, "before-it"), "DRILL").toArray(String[]::new)))
            : List.of(),
        values.containsKey("after-it")
            ? List.of(step(List.of("", value(values, "after-it"), "DRILL").toArray(String[]::new)))
            : List.of(),
        new ArrayList<>());
  }

  /** {@code before}: the memory that it had before at the recovery site, by the flavor 'large'. */
  private static @Nullable RecoveryResources resources(Map<String, String> values) {
    Integer vcpus = number(values.get("vcpus"));
    Integer memory = number(values.get("memory"));
    Integer before = number(values.get("before"));
    return vcpus == null && memory == null
        ? null
        : new RecoveryResources(
            vcpus, memory, before == null ? null : new NamedSize("large", 1, before));
  }

  private static @Nullable Integer number(@Nullable String value) {
    return value == null ? null : Integer.valueOf(value);
  }

  private static KnownPoint point(long number, Map<String, String> values) {
    String nic = values.get("nic");
    return new KnownPoint(
        id("point" + number),
        number,
        values.containsKey("broken"),
        NOW.minus(Duration.parse(value(values, "age"))),
        values.containsKey("verified") ? NOW : null,
        id(values.getOrDefault("host", "beta1")),
        new NamedSize("tiny", 1, Integer.parseInt(values.getOrDefault("memory", "128"))),
        List.of(
            new KnownDisk("root", Long.parseLong(values.getOrDefault("disk", "1")) << 30, "ab")),
        nic == null ? List.of() : List.of(new KnownNic(id(nic), nic, values.get("ip"))));
  }

  private static HostCapacity host(String name, Map<String, String> values) {
    return new HostCapacity(
        id(name),
        name,
        id(values.getOrDefault("site", "beta")),
        HostCapacity.State.valueOf(values.getOrDefault("state", "ACTIVE")),
        !values.containsKey("silent"),
        4,
        Long.parseLong(values.getOrDefault("memory", "4096")),
        0,
        0,
        List.of(
            new PoolCapacity(
                "fast",
                Long.parseLong(values.getOrDefault("room", "100")) << 30,
                0,
                true,
                values.get("storage"))));
  }

  private static KnownNetwork network(String name, String cidr) {
    return new KnownNetwork(id(name), name, cidr);
  }

  private static String value(Map<String, String> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static UUID id(@Nullable String name) {
    return UUID.nameUUIDFromBytes(String.valueOf(name).getBytes(StandardCharsets.UTF_8));
  }
}
