package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Volume: AVAILABLE -> IN_USE. Changes one domain, while it runs and for its next start. An unwind
 * takes the volume out again; when the guest does not let go, the volume stays IN_USE.
 */
public final class AttachVolumeWorkflowImpl implements AttachVolumeWorkflow {
  private final VolumeLedgerActivities ledger = Profiles.inventory(VolumeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> attach(saga, request));
  }

  private void attach(Saga saga, JobRequest request) {
    Attachment attachment = Attachment.of(ledger, request);
    saga.on(attachment.order().host());
    saga.step(Steps.ATTACH_VOLUME, attachment::undoAttach, attachment::attach);
    saga.complete(
        Steps.RECORD_ATTACHMENT,
        steps ->
            ledger.completeAttachVolume(
                request.job(), request.volume(), attachment.instance(), steps));
  }
}
