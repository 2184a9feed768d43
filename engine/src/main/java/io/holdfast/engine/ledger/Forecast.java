package io.holdfast.engine.ledger;

import io.holdfast.engine.db.EvacuationMoveRow;
import io.holdfast.engine.placement.PlacementPlan.Choice;
import io.holdfast.engine.placement.Refusal;
import io.holdfast.engine.placement.TransferPlanner.Transfer;
import io.holdfast.workflows.model.JobFailure;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the run of a job would do as things stand.
 *
 * @param chosen where an instance would go; null when the job places none, or finds no place
 * @param refusals the hosts that will not do
 * @param failure what the job would fail with, or null
 * @param moves of an evacuation, in the order in which they begin
 * @param transfers of instances that would be moved, by their ids; none of one without a place
 */
public record Forecast(
    List<Step> steps,
    @Nullable Choice chosen,
    List<Refusal> refusals,
    @Nullable JobFailure failure,
    List<EvacuationMoveRow> moves,
    Map<UUID, Transfer> transfers) {
  /** Of a job that moves nothing. */
  public Forecast(
      List<Step> steps,
      @Nullable Choice chosen,
      List<Refusal> refusals,
      @Nullable JobFailure failure) {
    this(steps, chosen, refusals, failure, List.of(), Map.of());
  }

  public Forecast {
    steps = List.copyOf(steps);
    refusals = List.copyOf(refusals);
    moves = List.copyOf(moves);
    transfers = Map.copyOf(transfers);
  }

  /**
   * A step of the run.
   *
   * @param host whose worker would carry it out; null for the ledger, or while no host is known
   */
  public record Step(String name, @Nullable String host, @Nullable String detail) {}
}
