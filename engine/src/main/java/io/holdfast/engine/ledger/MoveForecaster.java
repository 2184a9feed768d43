package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.placement.PlacementPlan;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.placement.TransferPlanner;
import io.holdfast.engine.placement.TransferPlanner.Transfer;
import io.holdfast.workflows.failure.FailureType;
import io.holdfast.workflows.failure.Failures;
import io.holdfast.workflows.model.JobFailure;
import io.holdfast.workflows.model.Steps;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says what moves would do; see {@link Forecaster}, whose transaction it is. */
final class MoveForecaster {
  /** Steps of a move that one of a running guest skips. */
  private static final Set<String> ONLY_COLD =
      Set.of(Steps.STOP_DOMAIN, Steps.DEFINE_DOMAIN, Steps.START_DOMAIN);

  /** Steps of a move that any other skips. */
  private static final Set<String> ONLY_LIVE =
      Set.of(Steps.FREEZE_DISKS, Steps.SWITCH_OVER, Steps.MERGE_OVERLAYS);

  /** Of a migration: what the host does that the instance leaves. */
  private static final Set<String> AT_SOURCE =
      Set.of(
          Steps.READ_POWER,
          Steps.STOP_DOMAIN,
          Steps.FREEZE_DISKS,
          Steps.COPY_DISKS,
          Steps.SWITCH_OVER,
          Steps.CLEAR_SOURCE);

  private final Daos daos;
  private final TransferFacts facts;

  MoveForecaster(Daos daos) {
    this.daos = daos;
    facts = new TransferFacts(daos);
  }

  /** {@code from}: the host that has the instance, if any. */
  Forecast ofMove(JobRow job, Optional<HostRow> from, Instant now) {
    daos.reservations().lockLedger();
    InstanceRow instance = daos.instances().findById(job.targetId()).orElseThrow();
    String source = from.map(HostRow::name).orElse(null);
    PlacementPlan plan = MigrationLedgerActivitiesImpl.plan(daos, job, instance);
    PlacementPlan.@Nullable Choice chosen = plan.chosen().orElse(null);
    JobFailure failure = null;
    try {
      MigrationLedgerActivitiesImpl.claim(daos, job, instance, plan, now);
    } catch (ApplicationFailure refused) {
      failure = Failures.describe(refused);
    }
    String target = chosen == null ? null : chosen.hostName();
    String why = chosen == null ? null : PlanText.chosen(chosen);
    String along = copying(instance, chosen);
    Set<String> leftOut = TransferFacts.isLive(job.request(), instance) ? ONLY_COLD : ONLY_LIVE;
    return new Forecast(
        job.kind().steps().stream()
            .filter(step -> !leftOut.contains(step))
            .map(
                step ->
                    AT_SOURCE.contains(step)
                        ? Forecaster.step(
                            step, source, step.equals(Steps.COPY_DISKS) ? along : null)
                        : Forecaster.step(step, target, step.equals(Steps.RESERVE) ? why : null))
            .toList(),
        chosen,
        plan.refusals(),
        failure,
        List.of(),
        chosen == null || from.isEmpty()
            ? Map.of()
            : Map.of(
                instance.id(),
                TransferPlanner.plan(
                    facts.question(
                        instance,
                        job.request(),
                        from.get().id(),
                        chosen.host(),
                        chosen.pool(),
                        chosen.shared(),
                        now))));
  }

  /**
   * What is copied, and why; null for disks that may lie anywhere, with nothing that goes along.
   */
  private @Nullable String copying(InstanceRow instance, PlacementPlan.@Nullable Choice chosen) {
    String along = along(instance.id());
    if (chosen != null && chosen.shared()) {
      String where = "0 bytes: both hosts have pool %s's storage".formatted(chosen.pool());
      return along == null ? where : where + ", " + along;
    }
    SharedDisks disks = SharedDisks.of(daos, instance);
    if (disks.obstacle() != null) {
      return "all disks, since %s; %s".formatted(disks.obstacle(), along);
    }
    if (disks.storage() == null || chosen == null) {
      return along;
    }
    String why = "all disks, since %s has no pool on their storage".formatted(chosen.hostName());
    return along == null ? why : why + "; " + along;
  }

  /** That go along; null for none. */
  private @Nullable String along(UUID instance) {
    Stream<String> volumes =
        daos.volumes().attachedTo(List.of(instance)).stream()
            .map(row -> "volume %s (%d GiB)".formatted(row.name(), row.sizeBytes() >> 30));
    Stream<String> snapshots =
        daos.snapshots().ofInstance(instance).stream().map(row -> "snapshot " + row.name());
    List<String> all = Stream.concat(volumes, snapshots).toList();
    return all.isEmpty() ? null : "with " + String.join(", ", all);
  }

  /** {@code steps}: of its job. */
  Forecast ofEvacuation(JobRow job, Forecast steps, Instant now) {
    daos.reservations().lockLedger();
    Evacuation evacuation = new Evacuation(daos, job);
    evacuation.plan(true);
    List<EvacuationMoveRow> moves = evacuation.rows();
    List<String> refused = evacuation.order().refused();
    int placed = moves.size() - refused.size();
    String words = "%d of %d instances have a place".formatted(placed, moves.size());
    return new Forecast(
        steps.steps().stream()
            .map(
                step ->
                    step.name().equals(Steps.PLAN_MOVES)
                        ? Forecaster.step(step.name(), null, words)
                        : step)
            .toList(),
        null,
        List.of(),
        refused.isEmpty()
            ? null
            : new JobFailure(
                FailureType.EVACUATION_INCOMPLETE,
                "%d of %d instances cannot leave %s"
                    .formatted(refused.size(), moves.size(), job.targetName()),
                refused),
        moves,
        transfers(job, moves, now));
  }

  private Map<UUID, Transfer> transfers(JobRow job, List<EvacuationMoveRow> moves, Instant now) {
    Map<UUID, Transfer> transfers = new HashMap<>();
    for (EvacuationMoveRow move : moves) {
      UUID target = move.targetHost();
      String pool = move.targetPool();
      if (target != null && pool != null) {
        InstanceRow instance = daos.instances().findById(move.instanceId()).orElseThrow();
        transfers.put(
            instance.id(),
            TransferPlanner.plan(
                facts.question(
                    instance,
                    EvacuationRequests.ofMove(job.request(), target, move.running(), job.id()),
                    move.sourceHost(),
                    target,
                    pool,
                    move.diskBytes() == 0,
                    now)));
      }
    }
    return transfers;
  }
}
