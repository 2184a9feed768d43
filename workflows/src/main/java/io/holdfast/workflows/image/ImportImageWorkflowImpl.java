package io.holdfast.workflows.image;

import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.ImageStoreActivities;
import io.holdfast.workflows.activity.LedgerActivities;
import io.holdfast.workflows.activity.LedgerActivities.PlacementTarget;
import io.holdfast.workflows.model.ImageId;
import io.holdfast.workflows.model.JobRequest;
import io.holdfast.workflows.model.PlacedImage;
import io.holdfast.workflows.model.Steps;
import io.holdfast.workflows.saga.Profiles;
import io.holdfast.workflows.saga.Saga;
import io.holdfast.workflows.saga.Skip;
import org.jspecify.annotations.Nullable;

/**
 * Image: IMPORTING -> AVAILABLE. Changes the engine's image store and one host, on which QEMU's own
 * tools judge the content. An unwind leaves no content, no copy, and no row.
 */
public final class ImportImageWorkflowImpl implements ImportImageWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final ImageStoreActivities store = Profiles.imageStore(ImageStoreActivities.class);
  private final ImageStoreActivities undoStore =
      Profiles.undoImageStore(ImageStoreActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> importImage(saga, request));
  }

  private void importImage(Saga saga, JobRequest request) {
    ImageId id = request.image();

    saga.step(Steps.FETCH_CONTENT, () -> undoStore.deleteContent(id), () -> store.fetchContent(id));
    PlacedImage placed = verify(saga, id);
    long virtualSize = placed == null ? 0 : placed.virtualSizeBytes();
    saga.complete(
        Steps.ACTIVATE, steps -> ledger.completeImport(request.job(), id, virtualSize, steps));
  }

  private @Nullable PlacedImage verify(Saga saga, ImageId id) {
    PlacementTarget target = ledger.verificationHost();
    if (target == null) {
      saga.skip(Steps.VERIFY_ON_HOST, "no host is active yet; each verifies it on first use");
      return null;
    }
    String pool = target.pool();
    ImageActivities images = Profiles.storageCopy(ImageActivities.class, target.host().id());
    ImageActivities undoImages = Profiles.undo(ImageActivities.class, target.host().id());
    saga.on(target.host());

    return saga.step(
        Steps.VERIFY_ON_HOST,
        () -> {
          ledger.forgetPlacedImage(target.host().id(), pool, id);
          undoImages.removeImage(id, pool);
        },
        () -> {
          PlacedImage copy = images.placeImage(ledger.imageSource(id), pool);
          ledger.recordPlacedImage(target.host().id(), pool, copy);
          return copy;
        },
        new Skip<>(() -> null)); // each host verifies it on first use
  }
}
