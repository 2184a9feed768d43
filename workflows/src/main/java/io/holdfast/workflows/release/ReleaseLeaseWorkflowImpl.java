package io.holdfast.workflows.release;

import io.holdfast.workflows.activity.LeaseActivities;
import io.holdfast.workflows.activity.LeaseLedgerActivities;
import io.holdfast.workflows.activity.RunActivities;
import io.holdfast.workflows.lease.Lease;
import io.holdfast.workflows.model.Findings;
import io.holdfast.workflows.model.HeldLease;
import io.holdfast.workflows.model.HeldPlace;
import io.holdfast.workflows.model.JobId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import java.util.List;

/**
 * Job: any open state -> FAILED, not undone. Shuts the job's run out first, from the ledger to the
 * host, then reads back what is there, and gives the lease back last. Nothing of it has an undo:
 * when it fails before its last step, the holder still holds, and an engine starts its run again.
 */
public final class ReleaseLeaseWorkflowImpl implements ReleaseLeaseWorkflow {
  private final LeaseLedgerActivities ledger = Profiles.inventory(LeaseLedgerActivities.class);
  private final RunActivities runs = Profiles.inventory(RunActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> release(saga, request));
  }

  private void release(Saga saga, JobRequest request) {
    JobId holder = new JobId(request.target());
    HeldLease raised = saga.stepWithoutUndo(Steps.FENCE, () -> ledger.raise(holder));
    saga.stepWithoutUndo(Steps.END_RUN, () -> runs.endRun(raised.kind(), holder));
    HeldLease held = ledger.held(holder); // the run may have been placed until it was ended
    List<Findings> found = readBack(saga, held);
    saga.complete(
        Steps.RELEASE, steps -> ledger.completeRelease(request.job(), holder, found, steps));
  }

  /** Waits for each host, however long it is away: who is released blindly may still be working. */
  private static List<Findings> readBack(Saga saga, HeldLease held) {
    if (held.places().isEmpty()) {
      saga.skip(Steps.READ_BACK, "nothing is on a host");
      return List.of();
    }
    Lease lease = new Lease(held.resource(), held.generation(), 0);
    return saga.stepWithoutUndo(
        Steps.READ_BACK,
        () -> held.places().stream().map(place -> seize(saga, lease, place)).toList());
  }

  private static Findings seize(Saga saga, Lease lease, HeldPlace place) {
    saga.on(place.host());
    return Profiles.libvirtShort(LeaseActivities.class, place.host().id()).seize(lease, place);
  }
}
