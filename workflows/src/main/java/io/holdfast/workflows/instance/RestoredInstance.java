package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.model.GuestReport;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Placement;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Undo;
import io.temporal.workflow.Functions.Func;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Instance: PROVISIONING -> ACTIVE, its disks being files that stay: replicas, or a snapshot's.
 * Changes the same as a creation. An unwind leaves no claim, no file, no domain, and removes the
 * new instance's row.
 */
final class RestoredInstance {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);

  /** {@code cloneDisks}: makes its disks, in the step of that name; every call may be repeated. */
  void make(Saga saga, JobRequest request, String step, ToLongFunction<Building> cloneDisks) {
    InstanceId id = request.instance();
    Undo release = new Undo(Steps.RESERVE, Undo.Kind.RELEASES, () -> ledger.release(id));
    Func<Placement> reserve = () -> ledger.reserve(request.job(), id);
    Building lost = Building.ofLostRun(saga, step, reserve, List.of(release));

    Placement placement = saga.claim(Steps.RESERVE, release.action(), reserve);

    Building building = lost == null ? new Building(saga, placement) : lost;
    saga.on(placement.host());
    saga.step(step, building::deleteVolumes, () -> cloneDisks.applyAsLong(building));
    building.steps(building::build);
    GuestReport guest = building.awaitGuest();
    saga.complete(Steps.ACTIVATE, steps -> ledger.completeCreate(request.job(), id, guest, steps));
  }
}
