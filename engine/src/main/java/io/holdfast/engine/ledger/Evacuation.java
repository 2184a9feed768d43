package io.holdfast.engine.ledger;

import io.holdfast.engine.db.Daos;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.EvacuationMoveRow.Refused;
import io.holdfast.engine.db.HostRow;
import io.holdfast.engine.db.InstanceRow;
import io.holdfast.engine.db.JobRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.engine.placement.MovePlanner;
import io.holdfast.engine.placement.MovePlanner.Leaving;
import io.holdfast.engine.placement.MovePlanner.Move;
import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.PlanText;
import io.holdfast.engine.placement.Refusal;
import io.holdfast.engine.placement.Refusal.Numbers;
import io.holdfast.workflows.model.EvacuationMove;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobKind;
import io.holdfast.workflows.model.PowerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plan of an evacuation; inside a transaction that holds the ledger's lock. What was planned
 * stays planned for as long as the job runs, and is claimed until its move begins.
 */
final class Evacuation {
  private static final Set<MovePhase> WITHOUT_A_PLACE =
      Set.of(MovePhase.REFUSED, MovePhase.FAILED, MovePhase.MOVED);

  private final Daos daos;
  private final JobRow job;

  /** {@code job}: of the evacuation. */
  Evacuation(Daos daos, JobRow job) {
    this.daos = daos;
    this.job = job;
  }

  /** {@code anew}: also what found no place, or did not get there. */
  void plan(boolean anew) {
    Map<UUID, EvacuationMoveRow> known =
        rows().stream().collect(Collectors.toMap(EvacuationMoveRow::instanceId, row -> row));
    List<InstanceRow> wanting =
        daos.instances().boundTo(job.targetId()).stream()
            .filter(instance -> wants(known.get(instance.id()), anew))
            .filter(instance -> !isMoved(instance))
            .toList();
    place(wanting);
  }

  /** One that no plan had, or whose place is gone. */
  EvacuationMoveRow place(InstanceRow instance) {
    place(List.of(instance));
    return daos.evacuations().find(job.id(), instance.id()).orElseThrow();
  }

  private static boolean wants(@Nullable EvacuationMoveRow row, boolean anew) {
    return row == null || (anew && WITHOUT_A_PLACE.contains(row.state()));
  }

  private void place(List<InstanceRow> instances) {
    Set<UUID> anew = instances.stream().map(InstanceRow::id).collect(Collectors.toSet());
    Claims claims = new Claims(daos);
    List<Leaving> leaving = instances.stream().map(row -> leaving(claims, row)).toList();
    int position =
        rows().stream()
            .filter(row -> !anew.contains(row.instanceId()))
            .mapToInt(row -> row.position() + 1)
            .max()
            .orElse(0);
    for (Move move : MovePlanner.plan(leaving, claims.hypervisors(), claims.capacities())) {
      daos.evacuations().plan(row(move, position++));
    }
  }

  private Leaving leaving(Claims claims, InstanceRow row) {
    return new Leaving(
        row.id(),
        row.name(),
        job.targetId(),
        EvacuationRequests.priority(row.labels()),
        row.powerState() == PowerState.RUNNING,
        claims.request(row, null, EvacuationRequests.site(job.request())),
        group(row),
        Obstacles.of(daos, row.id(), EvacuationRequests.site(job.request())));
  }

  /** Each project has its own groups. */
  private static @Nullable String group(InstanceRow row) {
    return row.antiAffinity() == null ? null : row.project() + "/" + row.antiAffinity();
  }

  private EvacuationMoveRow row(Move move, int position) {
    Leaving leaving = move.instance();
    @Nullable Choice choice = move.plan().chosen().orElse(null);
    return new EvacuationMoveRow(
        job.id(),
        leaving.id(),
        leaving.name(),
        position,
        leaving.priority(),
        leaving.running(),
        leaving.source(),
        choice == null ? null : choice.host(),
        choice == null ? null : choice.hostName(),
        choice == null ? null : choice.pool(),
        choice == null ? null : choice.why(),
        leaving.needs().vcpus(),
        leaving.needs().memoryMiB(),
        choice != null && choice.shared() ? 0 : leaving.needs().diskBytes(),
        move.plan().refusals().stream().map(Evacuation::refused).toList(),
        leaving.obstacles(),
        choice == null ? MovePhase.REFUSED : MovePhase.PLANNED,
        null,
        choice == null ? why(move) : null,
        null,
        null);
  }

  private static String why(Move move) {
    List<String> obstacles = move.instance().obstacles();
    return obstacles.isEmpty()
        ? "no host will do: " + String.join("; ", PlanText.refusals(move.plan()))
        : String.join("; ", obstacles);
  }

  private static Refused refused(Refusal refusal) {
    @Nullable Numbers numbers = refusal.numbers();
    return new Refused(
        refusal.host(),
        refusal.reason().name(),
        numbers == null ? null : numbers.needed(),
        numbers == null ? null : numbers.free(),
        numbers == null ? null : numbers.unit(),
        refusal.instance(),
        refusal.toString());
  }

  /** What is left to do. An instance that moves by a job of its own is waited for. */
  EvacuationOrder order() {
    HostRow host = Lookups.host(daos, job.targetId());
    List<EvacuationMove> moves = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (EvacuationMoveRow row : rows()) {
      switch (row.state()) {
        case PLANNED, MOVING -> moves.add(move(row.instanceId(), row.instanceName()));
        case SKIPPED -> {
          if (isOpen(row.moveJob())) {
            moves.add(move(row.instanceId(), row.instanceName()));
          }
        }
        case REFUSED -> refused.add(row.instanceName() + ": " + row.error());
        case MOVED, FAILED, CANCELLED -> {
          // nothing is left to do, or to do in this pass
        }
      }
    }
    daos.instances().boundTo(host.id()).stream()
        .filter(this::isMoved)
        .filter(instance -> daos.evacuations().find(job.id(), instance.id()).isEmpty())
        .forEach(instance -> moves.add(move(instance.id(), instance.name())));
    return new EvacuationOrder(
        Lookups.ref(host),
        EvacuationRequests.parallel(job.request()),
        List.copyOf(moves),
        List.copyOf(refused));
  }

  List<EvacuationMoveRow> rows() {
    return daos.evacuations().of(job.id());
  }

  private static EvacuationMove move(UUID instance, String name) {
    return new EvacuationMove(new InstanceId(instance), name);
  }

  /** By a job that is not of this evacuation, or not known to it. */
  private boolean isMoved(InstanceRow instance) {
    return daos.jobs()
        .activeJobOf(instance.id())
        .flatMap(daos.jobs()::find)
        .filter(active -> active.kind() == JobKind.MIGRATE_INSTANCE)
        .isPresent();
  }

  private boolean isOpen(@Nullable UUID move) {
    return Optional.ofNullable(move)
        .flatMap(daos.jobs()::find)
        .filter(row -> !row.state().isFinal())
        .isPresent();
  }
}
