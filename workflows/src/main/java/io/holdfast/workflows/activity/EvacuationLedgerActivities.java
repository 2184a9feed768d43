package io.holdfast.workflows.activity;

import io.holdfast.workflows.model.BegunMove;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.MoveState;
import io.holdfast.workflows.model.MovesEnd;
import io.holdfast.workflows.model.StepUpdate;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import java.util.UUID;

/**
 * Evacuations in the ledger. Local activities of the engine: one transaction each, and each may run
 * twice with the same result. What moves an instance is a job of its own, whose workflow is a child
 * of the evacuation's.
 */
@ActivityInterface
public interface EvacuationLedgerActivities {
  /**
   * Gives a place to each instance on the host that has none yet, claims it, and pins it for the
   * rest of the job.
   *
   * @param anew true: also those that found no place before, or whose move failed, are placed again
   */
  EvacuationOrder planMoves(JobId evacuation, boolean anew);

  /**
   * The job that moves an instance to its place: the one that is open, or a new one.
   *
   * @param again true: one that asks a person is resumed, since a person has resumed the evacuation
   */
  BegunMove beginMove(JobId evacuation, InstanceId instance, boolean again);

  /** How far such a job is, as it says itself. */
  MoveState readMove(JobId move);

  /**
   * Leaves instances where they are: the one that the decision names, or all that are in the way. A
   * move that asks is aborted; one that goes on is waited for by the next order.
   */
  void skipMoves(JobId evacuation, UUID decision);

  /**
   * Begins no more moves, gives back the places of those that did not begin, and aborts those that
   * ask, where that is possible. Those that go on may end.
   */
  MovesEnd endMoves(JobId evacuation);

  /**
   * After a census of the host: fails with HOST_NOT_EMPTY while the host or the ledger has an
   * instance there that was not left out on purpose, a line for each.
   */
  void requireEmpty(JobId evacuation, HostId host);

  void completeEvacuation(JobId evacuation, HostId host, List<StepUpdate> updates);
}
