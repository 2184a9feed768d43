package io.holdfast.engine.api;

import io.holdfast.engine.core.EvacuationService.Evacuation;
import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.db.MovePhase;
import io.holdfast.engine.placement.TransferPlanner.Transfer;
import io.holdfast.workflows.model.JobState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The evacuation of a host.
 *
 * @param job that carries it out; it takes the verbs
 * @param moves in the order in which they begin
 */
public record EvacuationBody(UUID job, JobState state, String host, List<Move> moves) {
  /**
   * An instance that leaves.
   *
   * @param position from 1
   * @param priority of its label {@code priority}; higher goes first
   * @param running false when it was off as it was planned
   * @param host that it goes to; null when none will do
   * @param why what set that host apart
   * @param refusals the hosts that will not do
   * @param obstacles what of it cannot leave its host
   * @param transfer what it would have to bring there; null in what is no plan
   * @param job that moves it, with its steps; null before it begins
   * @param error why it is not moved, or was left out
   */
  public record Move(
      UUID instance,
      String name,
      int position,
      int priority,
      boolean running,
      long memoryMiB,
      @Nullable String host,
      @Nullable String pool,
      @Nullable String why,
      List<PlanBody.Refusal> refusals,
      List<String> obstacles,
      @Nullable PlannedTransfer transfer,
      MovePhase state,
      @Nullable UUID job,
      @Nullable String error,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {
    static Move of(EvacuationMoveRow row) {
      return of(row, null);
    }

    static Move of(EvacuationMoveRow row, @Nullable Transfer transfer) {
      return new Move(
          row.instanceId(),
          row.instanceName(),
          row.position() + 1,
          row.priority(),
          row.running(),
          row.memoryMiB(),
          row.targetName(),
          row.targetPool(),
          row.why(),
          row.refusals().stream()
              .map(
                  each ->
                      new PlanBody.Refusal(
                          each.host(),
                          each.code(),
                          each.needed(),
                          each.free(),
                          each.unit(),
                          each.instance()))
              .toList(),
          row.obstacles(),
          transfer == null ? null : PlannedTransfer.of(transfer),
          row.state(),
          row.moveJob(),
          row.error(),
          row.startedAt(),
          row.endedAt());
    }
  }

  public static EvacuationBody of(Evacuation evacuation) {
    return new EvacuationBody(
        evacuation.job().id(),
        evacuation.job().state(),
        evacuation.job().targetName(),
        evacuation.moves().stream().map(Move::of).toList());
  }
}
