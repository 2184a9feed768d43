package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.model.HostRef;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeLocation;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Volume: AVAILABLE -> DELETING -> gone. What is deleted cannot come back, so a delete that failed
 * is run again, and each step takes "already gone" for done.
 */
public final class DeleteVolumeWorkflowImpl implements DeleteVolumeWorkflow {
  private final VolumeLedgerActivities ledger = Profiles.inventory(VolumeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    VolumeId id = request.volume();
    VolumeLocation location = ledger.locateVolume(id);
    HostRef host = location.host();
    String pool = location.pool();
    if (host != null && pool != null) {
      BlockVolumeActivities volumes = Profiles.libvirtShort(BlockVolumeActivities.class, host.id());
      saga.on(host);
      saga.stepForGood(Steps.DELETE_VOLUME, () -> volumes.deleteVolume(id, pool));
    }
    saga.complete(Steps.RELEASE, steps -> ledger.completeDeleteVolume(request.job(), id, steps));
  }
}
