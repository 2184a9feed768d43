package io.holdfast.workflows.volume;

import io.holdfast.workflows.activity.VolumeLedgerActivities;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Volume: IN_USE -> AVAILABLE. Changes one domain, while it runs and for its next start. An unwind
 * gives the volume back to the domain, under the name and the serial that it had.
 */
public final class DetachVolumeWorkflowImpl implements DetachVolumeWorkflow {
  private final VolumeLedgerActivities ledger = Profiles.inventory(VolumeLedgerActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> detach(saga, request));
  }

  private void detach(Saga saga, JobRequest request) {
    Attachment attachment = Attachment.of(ledger, request);
    saga.on(attachment.order().host());
    saga.step(Steps.DETACH_VOLUME, attachment::undoDetach, attachment::detach);
    saga.complete(
        Steps.RECORD_ATTACHMENT,
        steps -> ledger.completeDetachVolume(request.job(), request.volume(), steps));
  }
}
