package io.holdfast.workflows.image;

import io.holdfast.workflows.activity.ImageActivities;
import io.holdfast.workflows.activity.ImageLedgerActivities;
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
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;

/**
 * Image: IMPORTING -> AVAILABLE. Changes the engine's image store and one host, on which QEMU's own
 * tools judge the content. An unwind leaves no content, no copy, and no row.
 */
public final class ImportImageWorkflowImpl implements ImportImageWorkflow {
  private final LedgerActivities ledger = Profiles.inventory(LedgerActivities.class);
  private final ImageLedgerActivities images = Profiles.inventory(ImageLedgerActivities.class);
  private final ImageStoreActivities undoStore =
      Profiles.undoImageStore(ImageStoreActivities.class);

  @Override
  public void run(JobRequest request) {
    Saga.execute(request, saga -> importImage(saga, request));
  }

  private void importImage(Saga saga, JobRequest request) {
    ImageId id = request.image();

    saga.step(
        Steps.FETCH_CONTENT, () -> undoStore.deleteContent(id), () -> store(id).fetchContent(id));
    PlacedImage placed = verify(saga, id);
    long virtualSize = placed == null ? 0 : placed.virtualSizeBytes();
    saga.complete(
        Steps.ACTIVATE, steps -> ledger.completeImport(request.job(), id, virtualSize, steps));
  }

  /** Sources may take hours: what an upload has brought does not wait for them. */
  private ImageStoreActivities store(ImageId id) {
    boolean told =
        Workflow.getVersion("uploads-beside", Workflow.DEFAULT_VERSION, 1)
            != Workflow.DEFAULT_VERSION;
    return told && images.isUploaded(id)
        ? Profiles.shortImageStore(ImageStoreActivities.class)
        : Profiles.imageStore(ImageStoreActivities.class);
  }

  private @Nullable PlacedImage verify(Saga saga, ImageId id) {
    PlacementTarget target = ledger.verificationHost();
    if (target == null) {
      saga.skip(Steps.VERIFY_ON_HOST, "no host is active yet; each verifies it on first use");
      return null;
    }
    String pool = target.pool();
    ImageActivities copies = Profiles.storageCopy(ImageActivities.class, target.host().id());
    ImageActivities undoImages = Profiles.undo(ImageActivities.class, target.host().id());
    saga.on(target.host());

    return saga.step(
        Steps.VERIFY_ON_HOST,
        () -> {
          ledger.forgetPlacedImage(target.host().id(), pool, id);
          undoImages.removeImage(id, pool);
        },
        () -> {
          PlacedImage copy = copies.placeImage(ledger.imageSource(id), pool);
          ledger.recordPlacedImage(target.host().id(), pool, copy);
          return copy;
        },
        new Skip<>(() -> null)); // each host verifies it on first use
  }
}
