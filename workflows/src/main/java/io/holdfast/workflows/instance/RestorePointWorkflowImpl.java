package io.holdfast.workflows.instance;

import io.holdfast.workflows.activity.ProtectionLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Makes a {@link RestoredInstance} of what a recovery point has, on the host that has the replicas
 * or on another one, where they are brought by a stream; the point, its replicas and the instance
 * that they are of are only read.
 */
public final class RestorePointWorkflowImpl implements RestorePointWorkflow {
  private final RestoredInstance instance = new RestoredInstance();
  private final ProtectionLedgerActivities points =
      Profiles.inventory(ProtectionLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(
        request,
        saga -> instance.make(saga, request, Steps.CLONE_REPLICAS, b -> disks(b, request)));
  }

  private long disks(Building building, JobRequest request) {
    return building.cloneReplicas(points.replicaClones(request.job(), request.instance()));
  }
}
