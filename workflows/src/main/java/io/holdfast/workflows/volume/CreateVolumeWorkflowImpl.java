package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PlacedVolume;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeSpec;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Volume: CREATING -> AVAILABLE. Changes the ledger (space in a pool) and one host (a file). An
 * unwind leaves no claim and no file, and removes the volume's row.
 */
public final class CreateVolumeWorkflowImpl implements CreateVolumeWorkflow {
  private final VolumeLedgerActivities ledger = Profiles.inventory(VolumeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> create(saga, request));
  }

  private void create(Saga saga, JobRequest request) {
    VolumeId id = request.volume();
    PlacedVolume placed =
        saga.claim(
            Steps.RESERVE,
            () -> ledger.releaseVolume(id),
            () -> ledger.reserveVolume(request.job(), id));
    HostId host = placed.host().id();
    VolumeSpec volume = placed.volume();
    BlockVolumeActivities volumes = Profiles.libvirtShort(BlockVolumeActivities.class, host);
    BlockVolumeActivities undoVolumes = Profiles.undo(BlockVolumeActivities.class, host);
    saga.on(placed.host());

    saga.step(
        Steps.CREATE_VOLUME,
        () -> undoVolumes.deleteVolume(id, volume.pool()),
        () -> volumes.createVolume(volume));
    saga.complete(Steps.ACTIVATE, steps -> ledger.completeCreateVolume(request.job(), id, steps));
  }
}
