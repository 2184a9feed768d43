package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.BlockVolumeActivities;
import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.InstanceId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.model.VolumeId;
import io.holdfast.workflows.model.VolumeOrder;
import io.holdfast.workflows.model.VolumeSpec;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import org.jspecify.annotations.Nullable;

/**
 * Makes a volume larger, under a running guest too. Changes the ledger (more space in the pool) and
 * one host. A volume never shrinks, since its guest may have written to the new end: an unwind asks
 * the host for the size, records it, and claims as much; the same job sent again then succeeds.
 */
public final class ResizeVolumeWorkflowImpl implements ResizeVolumeWorkflow {
  private final VolumeLedgerActivities ledger = Profiles.inventory(VolumeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> resize(saga, request));
  }

  private void resize(Saga saga, JobRequest request) {
    VolumeId id = request.volume();
    VolumeOrder order =
        saga.step(
            Steps.RESERVE,
            () -> ledger.releaseGrowth(id),
            () -> ledger.reserveGrowth(request.job(), id));
    HostId host = order.host().id();
    BlockVolumeActivities volumes = Profiles.libvirtShort(BlockVolumeActivities.class, host);
    VolumeSpec larger =
        new VolumeSpec(id, order.volume().job(), order.volume().pool(), order.wantedBytes());
    saga.on(order.host());

    Long size =
        saga.stepForGood(
            Steps.GROW_VOLUME,
            () -> recordSize(order),
            () -> grow(volumes, larger, host, order.instance()));
    saga.complete(
        Steps.RECORD_SIZE, steps -> ledger.completeResizeVolume(request.job(), id, size, steps));
  }

  /** What its guest has is an overlay's size, if there is one, and not the volume's. */
  private static Long grow(
      BlockVolumeActivities volumes,
      VolumeSpec larger,
      HostId host,
      @Nullable InstanceId attachedTo) {
    return attachedTo == null
        ? volumes.growVolume(larger, null)
        : new LeftOverlays(host, attachedTo)
            .mergedBefore(() -> volumes.growVolume(larger, attachedTo));
  }

  private void recordSize(VolumeOrder order) {
    BlockVolumeActivities volumes = Profiles.undo(BlockVolumeActivities.class, order.host().id());
    long size = volumes.readVolume(order.volume().id(), order.volume().pool());
    ledger.recordVolumeSize(order.volume().id(), size);
  }
}
