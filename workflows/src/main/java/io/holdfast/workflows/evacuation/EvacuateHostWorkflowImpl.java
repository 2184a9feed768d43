package io.holdfast.workflows.evacuation;

import io.holdfast.workflows.activity.EvacuationLedgerActivities;
import io.holdfast.workflows.activity.HostLedgerActivities;
import io.holdfast.workflows.model.EvacuationOrder;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.orphan.Census;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.CancellationScope;
import java.util.List;

/**
 * Host: ACTIVE with instances -> MAINTENANCE without any. Each instance goes to the place that the
 * plan gave it, by a migration of its own. An unwind begins no more moves, lets those that run end,
 * and opens the host again if it was open; what has moved stays where it is, and the job says so.
 */
public final class EvacuateHostWorkflowImpl implements EvacuateHostWorkflow {
  private final HostLedgerActivities hosts = Profiles.inventory(HostLedgerActivities.class);
  private final EvacuationLedgerActivities ledger =
      Profiles.inventory(EvacuationLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> evacuate(saga, request.job(), request.host()));
  }

  private void evacuate(Saga saga, JobId job, HostId host) {
    Moves moves = new Moves(ledger, job);
    saga.inherit(
        List.of(
            new Undo(Steps.CLOSE_HOST, () -> hosts.restoreHost(job, host)),
            new Undo(Steps.PLAN_MOVES, () -> ledger.endMoves(job)),
            new Undo(Steps.MOVE_INSTANCES, moves::settle)));
    CancellationScope.throwCanceled(); // calls of the ledger alone would not notice
    saga.step(
        Steps.CLOSE_HOST, () -> hosts.restoreHost(job, host), () -> hosts.closeHost(job, host));
    EvacuationOrder order =
        saga.step(Steps.PLAN_MOVES, () -> ledger.endMoves(job), () -> ledger.planMoves(job, true));
    saga.stepOfMany(
        Steps.MOVE_INSTANCES,
        moves::settle,
        moves::run,
        decision -> ledger.skipMoves(job, decision));
    saga.on(order.host());
    saga.stepWithoutUndo( // only reads
        Steps.VERIFY_EMPTY, () -> verify(job, host), new Skip<>(() -> false));
    saga.complete(Steps.RECORD_HOST, steps -> ledger.completeEvacuation(job, host, steps));
  }

  /** Success is read back: from the host, and from the ledger. */
  private boolean verify(JobId job, HostId host) {
    Census.take(host);
    ledger.requireEmpty(job, host);
    return true;
  }
}
