package io.holdfast.workflows.image;

import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.ImageLedgerActivities;
import io.holdfast.workflows.activity.ImageStoreActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.model.HostId;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;

/**
 * Image: DELETING -> gone. Nobody can use the image from the moment the job was accepted, so its
 * copies go first and its row last. No step has an undo: a delete that failed is sent again, and
 * each step takes "already gone" for done.
 */
public final class DeleteImageWorkflowImpl implements DeleteImageWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final ImageLedgerActivities images = Profiles.inventory(ImageLedgerActivities.class);
  private final ImageStoreActivities store = Profiles.shortImageStore(ImageStoreActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> delete(saga, request));
  }

  private void delete(Saga saga, JobRequest request) {
    ImageId id = request.image();
    saga.stepForGood(Steps.DELETE_COPIES, () -> deleteCopies(saga, id));
    saga.stepForGood(Steps.DELETE_CONTENT, () -> store.deleteContent(id));
    saga.complete(Steps.FORGET, steps -> images.completeImageDelete(request.job(), id, steps));
  }

  /** One after the other, so that the job can say for which host it waits. */
  private void deleteCopies(Saga saga, ImageId id) {
    for (PlacementTarget copy : images.imageCopies(id)) {
      HostId host = copy.host().id();
      saga.on(copy.host());
      Profiles.libvirtShort(ImageActivities.class, host).removeImage(id, copy.pool());
      ledger.forgetPlacedImage(host, copy.pool(), id);
    }
  }
}
