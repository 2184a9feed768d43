package io.holdfast.engine.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.PlacedStep;
import io.holdfast.engine.db.PlanDefinition;
import io.holdfast.engine.db.PlanRunInstanceRow;
import io.holdfast.engine.db.PlanRunRow;
import io.holdfast.engine.db.PlanRunScreenRow;
import io.holdfast.engine.db.PlanStep;
import io.holdfast.engine.db.PortRow;
import io.holdfast.engine.db.PortView;
import io.holdfast.engine.db.RunState;
import io.holdfast.engine.db.RunVerdict;
import io.holdfast.engine.recovery.LeftOutSteps;
import io.holdfast.engine.recovery.TierOrder;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.CommandOrder;
import io.holdfast.workflows.model.GuestCommand;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.GuestScreen;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.NetworkId;
import io.holdfast.workflows.model.PowerState;
import io.holdfast.workflows.model.ProbeResult;
import io.holdfast.workflows.model.ProbeSpec;
import io.holdfast.workflows.model.ProbeSpec.ProbeNic;
import io.holdfast.workflows.model.RunKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a run came to, and what of it is asked; inside a transaction that holds the run's row. */
final class RunOutcomes {
  private static final double MILLIS = 1000.0;

  private final Daos daos;
  private final PlanRunRow run;
  private final Instant now;

  RunOutcomes(Daos daos, PlanRunRow run, Instant now) {
    this.daos = daos;
    this.run = run;
    this.now = now;
  }

  /** With the address of the new instance's first nic that has one. */
  static List<ProbeSpec> probes(Daos daos, PlanRunInstanceRow member, InstanceId instance) {
    List<PortRow> ports =
        daos.instances().ports(instance.value()).stream().map(PortView::port).toList();
    PortRow nic = ports.stream().filter(port -> port.ipv4() != null).findFirst().orElse(null);
    List<ProbeNic> others =
        ports.stream().filter(port -> !port.equals(nic)).map(RunOutcomes::nic).toList();
    return member.probes().stream().map(probe -> spec(probe, instance, nic, others)).toList();
  }

  private static ProbeNic nic(PortRow port) {
    return new ProbeNic(new NetworkId(port.networkId()), port.mac());
  }

  /**
   * For the guest that the run has made; of an instance that was recovered before, for that one.
   * Null when the run went on without it.
   */
  @Nullable CommandOrder command(PlacedStep placed) {
    PlanStep step = placed.step();
    UUID source = Objects.requireNonNull(step.instance(), "of COMMAND");
    Optional<PlanRunInstanceRow> member = daos.planRuns().instance(run.id(), source);
    if (member.filter(row -> row.state().isLeftOut()).isPresent()) {
      return null;
    }
    InstanceId guest =
        member
            .filter(row -> row.state() == RunState.RECOVERED || isAround(placed, row))
            .map(PlanRunInstanceRow::instanceId)
            .or(() -> recoveredBefore(source))
            .map(InstanceId::new)
            .orElseThrow(() -> noGuest(step));
    HostRef host = Lookups.location(daos, guest).host();
    if (host == null) {
      throw noGuest(step);
    }
    String delivery = step.delivery(run.id()).toString();
    return new CommandOrder(
        host, new GuestCommand(guest, step.command(), delivery, step.timeoutSeconds()));
  }

  /** Of a step around an instance: its own guest has answered, and is not recovered before it. */
  private static boolean isAround(PlacedStep placed, PlanRunInstanceRow row) {
    PlanDefinition.Member member = placed.member();
    return row.state() == RunState.RUNNING
        && member != null
        && member.instance().equals(row.sourceId());
  }

  private Optional<UUID> recoveredBefore(UUID source) {
    return run.kind().rehearses() ? Optional.empty() : daos.planRuns().promotedFrom(source);
  }

  private static RuntimeException noGuest(PlanStep step) {
    return Failures.of(
        FailureType.RECOVERY_REFUSED,
        "Step %s has no guest to run its command in: %s is not there"
            .formatted(step.name(), step.instanceName()));
  }

  private static ProbeSpec spec(
      PlanDefinition.Probe probe,
      InstanceId instance,
      @Nullable PortRow nic,
      List<ProbeNic> others) {
    return new ProbeSpec(
        instance,
        probe.kind(),
        nic == null ? null : nic.ipv4(),
        probe.port(),
        probe.path(),
        probe.status(),
        probe.text(),
        probe.command(),
        probe.timeoutSeconds(),
        nic == null ? null : nic(nic),
        others);
  }

  /** The result of a promotion. When the instance is to stay, it takes the source's role over. */
  JsonNode recovered(
      PlanRunInstanceRow member,
      InstanceId instance,
      GuestReport guest,
      List<ProbeResult> probes,
      String console,
      GuestScreen screen) {
    UUID id = instance.value();
    daos.instances().setPower(id, PowerState.RUNNING, now);
    daos.instances().setGuestAddresses(id, guest.addresses());
    List<PlanRunInstanceRow.Nic> nics = withAddresses(member.nics(), daos.instances().ports(id));
    daos.planRuns().setRecovered(run.id(), member.sourceId(), probes, console, nics, now);
    daos.planRuns()
        .putScreen(
            new PlanRunScreenRow(run.id(), member.sourceId(), screen.png(), screen.missing()));
    if (!run.kind().rehearses()) {
      takeOver(member, id);
    }
    return Results.created(id, guest, Lookups.location(daos, instance).host());
  }

  /**
   * What the source would still send must not come between: its group makes no further points.
   * Those of it that stay behind are told of, see {@code rpoViolation}.
   */
  private void takeOver(PlanRunInstanceRow member, UUID instance) {
    Fencing.requireNoSuccessor(daos, member.sourceId());
    if (daos.planRuns().promote(member.sourceId(), instance, run.id(), now) == 0) {
      throw Fencing.hasSuccessor(daos, member.sourceId()); // since, of a source that is gone
    }
    daos.ownerships()
        .epoch(member.sourceId())
        .ifPresent(epoch -> daos.ownerships().setEpoch(instance, epoch));
    daos.protectionGroups()
        .groupOf(member.sourceId())
        .ifPresent(group -> daos.protectionGroups().holdForRecovery(group, now));
  }

  private static List<PlanRunInstanceRow.Nic> withAddresses(
      List<PlanRunInstanceRow.Nic> nics, List<PortView> ports) {
    List<PlanRunInstanceRow.Nic> known = new ArrayList<>();
    for (int i = 0; i < nics.size(); i++) {
      PlanRunInstanceRow.Nic nic = nics.get(i);
      known.add(
          new PlanRunInstanceRow.Nic(
              nic.from(),
              nic.fromName(),
              nic.network(),
              nic.networkName(),
              ports.get(i).port().ipv4()));
    }
    return known;
  }

  /** The result of a run that reached its end. A test is judged by its cleanup. */
  ObjectNode ended() {
    List<PlanRunInstanceRow> all = daos.planRuns().instances(run.id());
    boolean whole = all.stream().allMatch(row -> row.recoveredAt() != null);
    for (PlanRunInstanceRow row : all) {
      if (row.recoveredAt() == null && row.state() != RunState.LEFT_OUT) {
        daos.planRuns().setState(run.id(), row.sourceId(), RunState.SKIPPED, null);
      }
    }
    List<String> findings = new ArrayList<>(TierOrder.broken(all));
    if (run.kind() == RunKind.DRILL && run.removedAt() == null) {
      findings.add("nobody has read back that hosts and ledger have nothing of it");
    }
    findings.addAll(
        LeftOutSteps.of(PromotionSteps.rows(daos, run, all, daos.jobs().steps(run.id()))));
    boolean passed = whole && findings.isEmpty();
    RunVerdict verdict = passed ? RunVerdict.PASSED : RunVerdict.FAILED;
    boolean judged = !passed || run.kind() != RunKind.TEST;
    Long rto = most(all, row -> row.rtoMillis(run.triggeredAt()));
    Long rpo = most(all, row -> row.rpoMillis(run.triggeredAt()));
    daos.planRuns().setEnded(run.id(), judged ? verdict : null, rto, rpo, now);
    if (passed && run.kind() == RunKind.DRILL) {
      new PlanProofs(daos, run).verify(now);
    }
    ObjectNode result = result(judged ? verdict : null, rto, rpo);
    findings.forEach(result.withArray("findings")::add);
    return result;
  }

  JsonNode cleanedUp(UUID cleanup) {
    daos.planRuns().setCleanedUp(run.id(), cleanup);
    PlanRunRow judged = daos.planRuns().find(run.id()).orElseThrow();
    boolean asPlanned = daos.runSteering().edits(run.id()).isEmpty();
    if (asPlanned && run.verdict() == null && judged.verdict() == RunVerdict.PASSED) {
      new PlanProofs(daos, run).verify(now);
    }
    return result(judged.verdict(), judged.rtoMillis(), judged.rpoMillis());
  }

  private ObjectNode result(
      @Nullable RunVerdict verdict, @Nullable Long rtoMillis, @Nullable Long rpoMillis) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("id", run.planId().toString());
    result.put("run", run.id().toString());
    result.put("verdict", verdict == null ? null : verdict.name());
    result.put("rtoSeconds", rtoMillis == null ? null : rtoMillis / MILLIS);
    result.put("rpoSeconds", rpoMillis == null ? null : rpoMillis / MILLIS);
    return result;
  }

  private static @Nullable Long most(
      List<PlanRunInstanceRow> rows, Function<PlanRunInstanceRow, @Nullable Long> millis) {
    return rows.stream()
        .map(row -> Optional.ofNullable(millis.apply(row)))
        .flatMap(Optional::stream)
        .max(Long::compare)
        .orElse(null);
  }
}
